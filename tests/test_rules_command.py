"""`connect-audit rules`: for people and for machines."""

import json


def test_the_list_names_every_rule_with_its_severity(cli):
    ran = cli("rules", "list")
    assert ran.code == 0
    assert "CONNECT-STO-003  high      Every S3 storage configuration names a KMS key" in ran.out


def test_the_list_as_json_says_where_a_rule_comes_from(cli):
    rules = json.loads(cli("rules", "list", "--format", "json").out)
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    (storage,) = [rule for rule in rules if rule["id"] == "CONNECT-STO-003"]
    assert storage["built_in"]
    assert len(storage["sha256"]) == 64
    assert "connect.storage_config" in storage["reads"]


def test_a_rule_is_shown_by_its_id_in_any_case_or_by_its_files_name(cli):
    page = cli("rules", "show", "connect-sto-003")
    assert page.code == 0
    for part in (
        "# CONNECT-STO-003",
        "## Why",
        "## What it reads",
        "## How to mend it",
        "## Examples",
        "https://",
    ):
        assert part in page.out
    assert cli("rules", "show", "storage_has_kms_key").out == page.out
