//! Tasks (api/kommo.md §13).

use serde_json::{Value, json};

use super::cards::{gather, number, single_patch, text};
use super::paging::{self, Among, Counts, Page, Range, batch, list, order, request_id, self_link, written};
use super::refusal::Problem;
use super::state::{Kind, Kommo, NewEvent, Task};
use super::{Refusal, user_of};
use crate::server::{Call, Reply};
use crate::shared::World;

/// Task types that every account has (api/kommo.md §13.2).
const TASK_TYPES: [i64; 2] = [1, 2];

/// `GET /api/v4/tasks`
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let query = &call.query;
    let updated = Range::or_since(query, "updated_at");
    let [ids, entities, owners, types] = ["id", "entity_id", "responsible_user_id", "task_type"]
        .map(|name| Among::of(query, &format!("filter[{name}]")));
    let kind = query.get("filter[entity_type]").and_then(Kind::from_plural);
    // `entity_id` counts only together with `entity_type` (api/kommo.md §13.1).
    let of_entity = |task: &Task| match (kind, task.entity) {
        (None, _) => true,
        (Some(kind), Some((of, id))) => of == kind && entities.holds(id),
        (Some(_), None) => false,
    };
    let completed = query.get("filter[is_completed]").map(|value| value == "1");
    let mut tasks: Vec<&Task> = world
        .kommo
        .tasks
        .values()
        .filter(|task| ids.holds(task.id) && of_entity(task))
        .filter(|task| owners.holds(task.responsible_user_id))
        .filter(|task| types.holds(task.task_type_id))
        .filter(|task| completed.is_none_or(|completed| task.is_completed == completed))
        .filter(|task| updated.holds(Some(task.updated_at)))
        .collect();
    if let Some((key, falling)) = order(query, &["created_at", "complete_till", "id"]) {
        tasks.sort_by_key(|task| match key {
            "created_at" => (task.created_at, task.id),
            "complete_till" => (task.complete_till, task.id),
            _ => (task.id, 0),
        });
        if falling {
            tasks.reverse();
        }
    }
    let (tasks, more) = Page::of(query).cut(tasks);
    let rows: Vec<Value> = tasks.into_iter().map(|task| view(&world.kommo, call, task)).collect();
    list(call, "tasks", &rows, more, Counts::None)
}

/// `GET /api/v4/tasks/{id}`
pub(super) fn one(world: &mut World, call: &Call) -> Reply {
    match call.id("id").and_then(|id| world.kommo.tasks.get(&id)) {
        Some(task) => Reply::json(200, paging::HAL, &view(&world.kommo, call, task)),
        None => Reply::empty(204),
    }
}

fn view(kommo: &Kommo, call: &Call, task: &Task) -> Value {
    json!({
        "id": task.id,
        "created_by": task.created_by,
        "updated_by": task.updated_by,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "responsible_user_id": task.responsible_user_id,
        "group_id": 0,
        "entity_id": task.entity.map(|(_, id)| id),
        "entity_type": task.entity.map(|(kind, _)| kind.plural()),
        "duration": task.duration,
        "is_completed": task.is_completed,
        "task_type_id": task.task_type_id,
        "text": task.text,
        // An empty list when there is no result, an object when there is one (api/kommo.md §13.1).
        "result": task.result.as_ref().map_or(json!([]), |text| json!({ "text": text })),
        "complete_till": task.complete_till,
        "account_id": kommo.account.id,
        "_links": links(call, task.id),
    })
}

fn links(call: &Call, id: i64) -> Value {
    self_link(&format!("{}/api/v4/tasks/{id}", call.base))
}

/// `POST /api/v4/tasks`
pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let items = batch(call)?;
    let tasks = gather(&items, |item, problems| read(&world.kommo, call, item, problems))?;
    let mut answers = Vec::new();
    for (index, mut task) in tasks.into_iter().enumerate() {
        task.id = world.kommo.fresh_id();
        if let Some((kind, entity_id)) = task.entity {
            world.kommo.remember(NewEvent {
                event_type: "task_added",
                kind,
                entity_id,
                by: task.created_by,
                at: call.seconds(),
                before: json!([]),
                after: json!([{ "task": { "id": task.id } }]),
            });
        }
        let request_id = request_id(&items[index], index);
        answers.push(json!({ "id": task.id, "request_id": request_id, "_links": links(call, task.id) }));
        world.kommo.tasks.insert(task.id, task);
    }
    Ok(written(call, "tasks", &answers))
}

fn read(kommo: &Kommo, call: &Call, item: &Value, problems: &mut Vec<Problem>) -> Option<Task> {
    let text = text(item, "text", problems);
    if text.as_deref().is_none_or(str::is_empty) {
        problems.push(Problem::new("NotBlank", "text"));
    }
    let complete_till = number(item, "complete_till", problems);
    if complete_till.is_none() {
        problems.push(Problem::new("FieldMissing", "complete_till"));
    }
    let responsible = number(item, "responsible_user_id", problems).unwrap_or_else(|| user_of(call));
    if kommo.user(responsible).is_none() {
        problems.push(Problem::new("NotSupportedChoice", "responsible_user_id"));
    }
    let task_type_id = number(item, "task_type_id", problems).unwrap_or(1);
    if !TASK_TYPES.contains(&task_type_id) {
        problems.push(Problem::new("NotSupportedChoice", "task_type_id"));
    }
    Some(Task {
        id: 0,
        entity: entity(kommo, item, problems),
        text: text?,
        complete_till: complete_till?,
        task_type_id,
        responsible_user_id: responsible,
        is_completed: item["is_completed"].as_bool().unwrap_or(false),
        duration: number(item, "duration", problems).unwrap_or(0),
        result: item["result"]["text"].as_str().map(str::to_owned),
        created_by: user_of(call),
        updated_by: user_of(call),
        created_at: number(item, "created_at", problems).unwrap_or(call.seconds()),
        updated_at: call.seconds(),
    })
}

fn entity(kommo: &Kommo, item: &Value, problems: &mut Vec<Problem>) -> Option<(Kind, i64)> {
    let id = number(item, "entity_id", problems)?;
    let kind = item["entity_type"].as_str().and_then(Kind::from_plural);
    let found = kind.filter(|kind| kommo.card(*kind, id).is_some());
    if found.is_none() {
        problems.push(Problem::new("NotSupportedChoice", "entity_id"));
    }
    found.map(|kind| (kind, id))
}

/// `PATCH /api/v4/tasks/{id}`
pub(super) fn change_one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let Value::Object(keys) = call.json() else { return Err(Refusal::EmptyBody) };
    let mut item = Value::Object(keys);
    item["id"] = json!(call.id("id"));
    let items = change(world, call, &[item])?;
    Ok(single_patch(world, call, "tasks", &items[0]))
}

/// `PATCH /api/v4/tasks`
pub(super) fn change_many(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let items = change(world, call, &batch(call)?)?;
    Ok(written(call, "tasks", &items))
}

fn change(world: &mut World, call: &Call, items: &[Value]) -> Result<Vec<Value>, Refusal> {
    let ids = gather(items, |item, problems| {
        let id = item["id"].as_i64().filter(|id| world.kommo.tasks.contains_key(id));
        if id.is_none() {
            problems.push(Problem::new("NotSupportedChoice", "id"));
        }
        text(item, "text", problems);
        number(item, "complete_till", problems);
        number(item, "responsible_user_id", problems);
        id
    })?;
    let mut answers = Vec::new();
    for (index, (id, item)) in ids.into_iter().zip(items).enumerate() {
        let Some(task) = world.kommo.tasks.get_mut(&id) else { continue };
        if let Some(text) = item["text"].as_str() {
            text.clone_into(&mut task.text);
        }
        if let Some(result) = item["result"]["text"].as_str() {
            task.result = Some(result.to_owned());
        }
        task.complete_till = item["complete_till"].as_i64().unwrap_or(task.complete_till);
        task.responsible_user_id = item["responsible_user_id"].as_i64().unwrap_or(task.responsible_user_id);
        task.is_completed = item["is_completed"].as_bool().unwrap_or(task.is_completed);
        task.updated_by = user_of(call);
        task.updated_at = call.seconds();
        answers.push(json!({
            "id": id,
            "updated_at": task.updated_at,
            "request_id": request_id(item, index),
            "_links": links(call, id),
        }));
    }
    Ok(answers)
}
