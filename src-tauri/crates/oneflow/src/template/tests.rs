use domain::WorkspaceId;
use domain::template::FieldSource;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::*;
use crate::testing::{body_of, client_of, list, ok, parameter, requests, server_with};

/// The list item of `api/oneflow.md §3.3`.
fn template_body() -> Value {
    json!({"id": 110_010, "name": "Consultant agreement", "template_active": true,
        "created_time": "2021-05-05T07:40:11+00:00", "tags": [{"id": 12346, "name": "HR"}],
        "template_type": {"id": 5, "name": "HR system", "extension_type": null},
        "workspaces": [{"id": 13001}, 13002],
        "available_options": {"can_receive_products": false,
            "delivery_channels": [
                {"name": "none", "preferred": false, "required_participant_attributes": []},
                {"name": "email", "preferred": true, "required_participant_attributes": ["email"]}],
            "sign_methods": [{"name": "standard_esign", "preferred": true}]}})
}

#[tokio::test]
async fn templates_are_asked_for_by_workspace_and_read_tolerantly() {
    let bare = json!({"id": 2, "name": "Bare", "template_type": null, "available_options": null});
    let server = server_with("GET", "templates", ok(list(&[template_body(), bare]))).await;
    let filter = TemplateFilter { workspace: Some(WorkspaceId(13_001)), with_inactive: true };
    let templates = client_of(&server).templates(filter, Call::person()).await.unwrap();
    let names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["Bare", "Consultant agreement"]);
    assert_eq!((templates[0].template_type, templates[0].is_active), (None, true));
    let whole = &templates[1];
    assert_eq!(whole.template_type, Some(TemplateTypeId(5)));
    assert_eq!(whole.workspaces, [WorkspaceId(13_001), WorkspaceId(13_002)]);
    assert_eq!(whole.delivery_channels, ["email", "none"], "the preferred one first");
    let request = &requests(&server).await[0];
    assert_eq!(parameter(request, "filter[workspace_ids]").as_deref(), Some("13001"));
    assert_eq!(parameter(request, "filter[active]").as_deref(), Some(""));
}

#[tokio::test]
async fn a_template_that_is_not_visible_is_none() {
    let server = server_with("GET", "templates/1", ResponseTemplate::new(404)).await;
    assert_eq!(client_of(&server).template(TemplateId(1), Call::person()).await, Ok(None));
    let server = server_with("GET", "template_types/5", ResponseTemplate::new(404)).await;
    assert_eq!(client_of(&server).template_type(TemplateTypeId(5), Call::person()).await, Ok(None));
}

#[tokio::test]
async fn a_template_type_has_its_data_fields_in_order() {
    let body = json!({"_links": {}, "id": 220_129, "active": true, "name": "HR", "extension_type": "hubspot",
        "data_fields": [
            {"id": 901, "custom_id": "employee_name", "name": "Employee name", "description": "",
             "placeholder": "Jane Doe", "source": "user", "value": "", "active": true},
            {"id": 902, "custom_id": "hs_id", "name": "Id", "description": null, "source": "system", "active": false},
            {"id": 903, "custom_id": "odd", "name": "Odd", "source": "robot"}]});
    let server = server_with("GET", "template_types/220129", ok(body)).await;
    let found = client_of(&server).template_type(TemplateTypeId(220_129), Call::person()).await.unwrap();
    let found = found.expect("it is there");
    assert_eq!(found.extension_type.as_deref(), Some("hubspot"));
    let fields: Vec<(&str, FieldSource, bool)> = found
        .data_fields
        .iter()
        .map(|field| (field.custom_id.as_str(), field.source, field.is_active))
        .collect();
    assert_eq!(
        fields,
        [
            ("employee_name", FieldSource::User, true),
            ("hs_id", FieldSource::System, false),
            ("odd", FieldSource::User, true)
        ]
    );
}

#[tokio::test]
async fn the_whole_set_of_data_fields_is_put() {
    let server = server_with("PUT", "template_types/5/data_fields", ok(json!({"data_fields": []}))).await;
    let field = DataField {
        custom_id: "kommo_deal".to_owned(),
        name: "Kommo deal".to_owned(),
        description: String::new(),
        placeholder: String::new(),
        value: String::new(),
        source: FieldSource::User,
        is_active: true,
    };
    client_of(&server).put_data_fields(TemplateTypeId(5), &[field], Call::person()).await.unwrap();
    let expected = json!({"data_fields": [{"custom_id": "kommo_deal", "name": "Kommo deal", "description": "",
        "placeholder": "", "value": ""}]});
    assert_eq!(body_of(&requests(&server).await[0]), expected);
}

#[tokio::test]
async fn the_choices_for_a_create_come_as_a_bare_list() {
    let body = json!([{"id": 13001, "name": "Sales", "templates": [template_body()]}, {"id": 13002, "name": "Empty"}]);
    let server = server_with("GET", "helpers/contract_create_data", ok(body)).await;
    let choices = client_of(&server).create_choices(Call::person()).await.unwrap();
    let shape: Vec<(i64, usize)> =
        choices.iter().map(|choice| (choice.workspace.id.0, choice.templates.len())).collect();
    assert_eq!(shape, [(13_001, 1), (13_002, 0)]);
}
