use keyring_core::Entry;

use super::*;
use crate::testing::{Fault, TestKeychain};

const USER: &str = "default/kommo-token";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// A token of `characters`, no two parts alike.
fn long(characters: usize) -> String {
    (0..characters).map(|at| char::from(b'a' + u8::try_from((at / 7 + at) % 26).unwrap())).collect()
}

fn read_text(keychain: &TestKeychain) -> Result<Option<String>, Trouble> {
    read(&keychain.entries(), USER).map(|found| found.map(|secret| secret.expose_secret().to_owned()))
}

#[test]
fn secrets_of_every_length_come_back_whole() {
    for (secret, parts) in [
        ("a".to_owned(), 1),
        (long(PART_UNITS), 1),
        (long(PART_UNITS + 1), 2),
        (long(4_000), 4),
        // Two units each: a part must not end inside the pair.
        ("🖋".repeat(PART_UNITS), 2),
        (format!("a{}", "🖋".repeat(PART_UNITS)), 3),
        ("ö\n\u{0}\"".repeat(400), 2),
        (long(PART_UNITS * MOST_PARTS as usize), MOST_PARTS as usize),
    ] {
        let keychain = TestKeychain::new();
        write(&keychain.entries(), USER, &self::secret(&secret)).unwrap();
        assert_eq!(read_text(&keychain).unwrap().as_deref(), Some(secret.as_str()));
        assert_eq!(keychain.filled().len(), 1 + parts, "a header and {parts} parts");
        for part in cut(&secret) {
            assert!(part.encode_utf16().count() <= PART_UNITS);
        }
    }
}

#[test]
fn what_cannot_be_a_token_is_refused_before_the_keychain_is_touched() {
    for text in [String::new(), long(PART_UNITS * MOST_PARTS as usize + 1)] {
        let keychain = TestKeychain::new();
        let answer = write(&keychain.entries(), USER, &secret(&text));
        assert!(matches!(answer, Err(Trouble::Keychain(VaultError::Unfit))), "{answer:?}");
        assert!(keychain.filled().is_empty());
    }
}

#[test]
fn a_replaced_secret_leaves_nothing_of_the_old_one() {
    let keychain = TestKeychain::new();
    for (round, length) in [5_000, 10, 2_500, 1, 3_700, 1_200].into_iter().enumerate() {
        write(&keychain.entries(), USER, &secret(&long(length))).unwrap();
        assert_eq!(read_text(&keychain).unwrap(), Some(long(length)), "round {round}");
        assert_eq!(keychain.filled().len(), 1 + length.div_ceil(PART_UNITS), "round {round}");
    }
}

/// Runs `change` again and again, stopped after 0, 1, 2 … calls, until it is no longer stopped.
fn stopped_everywhere(
    before: Option<&str>,
    change: impl Fn(&Entries) -> Result<(), Trouble>,
    check: impl Fn(&TestKeychain, usize),
) {
    for calls in 0.. {
        let keychain = TestKeychain::new();
        if let Some(before) = before {
            write(&keychain.entries(), USER, &secret(before)).unwrap();
        }
        keychain.fail_after(calls, Fault::Locked);
        let answer = change(&keychain.entries());
        keychain.mend();
        check(&keychain, calls);
        if answer.is_ok() {
            assert!(calls > 5, "the change makes several calls");
            return;
        }
    }
}

#[test]
fn a_write_stopped_anywhere_leaves_the_old_or_the_new_secret_and_tidying_leaves_only_that() {
    let new = long(2_600);
    for before in [None, Some(long(10)), Some(long(5_000))] {
        stopped_everywhere(
            before.as_deref(),
            |entries| write(entries, USER, &secret(&new)),
            |keychain, calls| {
                let found = read_text(keychain).expect("a readable secret");
                assert!(found == before || found.as_ref() == Some(&new), "after {calls} calls");
                tidy(&keychain.entries(), USER).unwrap();
                assert_eq!(read_text(keychain).unwrap(), found, "after {calls} calls and tidying");
                let parts = found.map_or(0, |secret| 1 + secret.len().div_ceil(PART_UNITS));
                assert_eq!(keychain.filled().len(), parts, "after {calls} calls: {:?}", keychain.filled());
            },
        );
    }
}

#[test]
fn a_write_after_a_stopped_one_is_whole_even_without_tidying() {
    stopped_everywhere(
        Some("old"),
        |entries| write(entries, USER, &secret(&long(5_000))),
        |keychain, calls| {
            write(&keychain.entries(), USER, &secret(&long(1_300))).unwrap();
            assert_eq!(read_text(keychain).unwrap(), Some(long(1_300)), "after {calls} calls");
            assert_eq!(keychain.filled().len(), 3, "after {calls} calls: {:?}", keychain.filled());
        },
    );
}

#[test]
fn a_removal_stopped_anywhere_is_the_secret_or_none_never_damage() {
    let old = long(3_000);
    stopped_everywhere(
        Some(&old),
        |entries| remove(entries, USER),
        |keychain, calls| {
            let found = read_text(keychain).expect("not damaged");
            assert!(found.is_none() || found.as_ref() == Some(&old), "after {calls} calls");
            tidy(&keychain.entries(), USER).unwrap();
            assert_eq!(keychain.filled().is_empty(), found.is_none(), "after {calls} calls");
        },
    );
}

#[test]
fn a_keychain_that_fails_is_never_taken_for_an_empty_one() {
    let keychain = TestKeychain::new();
    write(&keychain.entries(), USER, &secret(&long(2_000))).unwrap();
    for calls in 0..3 {
        keychain.fail_after(calls, Fault::Locked);
        let answer = read_text(&keychain);
        assert!(matches!(answer, Err(Trouble::Keychain(VaultError::Locked(_)))), "{answer:?}");
        keychain.mend();
    }
}

#[test]
fn damage_is_told_apart_and_a_new_secret_mends_it() {
    type Tamper = fn(&TestKeychain);
    let cases: [(Damage, Tamper); 8] = [
        (Damage::Header, |keychain| keychain.tamper(USER, |entry| entry.set_password("{}"))),
        (Damage::Header, |keychain| keychain.tamper(USER, |entry| entry.set_secret(&[0xff]))),
        (Damage::Header, |keychain| {
            keychain.tamper(USER, |entry| {
                let text = entry.get_password()?.replace("\"count\":2", "\"count\":99");
                entry.set_password(&text)
            });
        }),
        (Damage::PartMissing, |keychain| {
            keychain.tamper(&part_user(USER, 0, 0), Entry::delete_credential);
        }),
        (Damage::PartMissing, |keychain| {
            keychain.tamper(&part_user(USER, 0, 1), Entry::delete_credential);
        }),
        (Damage::PartUnreadable, |keychain| {
            keychain.tamper(&part_user(USER, 0, 1), |entry| entry.set_secret(&[0xc3]));
        }),
        (Damage::Checksum, |keychain| {
            keychain.tamper(&part_user(USER, 0, 1), |entry| entry.set_password("other"));
        }),
        (Damage::Checksum, |keychain| {
            let end = long(2_000)[PART_UNITS..].replacen('a', "b", 1);
            keychain.tamper(&part_user(USER, 0, 1), |entry| entry.set_password(&end));
        }),
    ];
    for (wanted, tamper) in cases {
        let keychain = TestKeychain::new();
        write(&keychain.entries(), USER, &secret(&long(2_000))).unwrap();
        tamper(&keychain);
        let answer = read_text(&keychain);
        assert!(
            matches!(&answer, Err(Trouble::Keychain(VaultError::Damaged(damage))) if *damage == wanted),
            "wanted {wanted:?}, got {answer:?}"
        );
        write(&keychain.entries(), USER, &secret("entered again")).unwrap();
        assert_eq!(read_text(&keychain).unwrap().as_deref(), Some("entered again"));
        assert_eq!(keychain.filled().len(), 2, "{:?}", keychain.filled());
    }
}
