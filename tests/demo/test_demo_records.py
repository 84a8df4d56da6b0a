"""The records of the demo organization hang together, and one kind of them is overdue on the day of loading."""

from documents.demo_loading.records import told
from tests.demo.told import documents, organization, people


def test_people_places_and_forms_exist_and_each_record_is_kept_after_the_day_it_is_of():
    processes = {each["number"]: each["owner"] for each in organization()["processes"]}
    sites = {each["code"] for each in organization()["sites"]} | {None}
    begin = organization()["system"]["set_up"]
    for kind in told()["kinds"]:
        assert processes[kind["process"]] == kind["owner"]
        assert kind["owner"] in people()
        assert kind.get("form") in {None, *documents()}
        for each in kind["records"]:
            assert begin < kind["added"] <= each["kept"] <= 0
            assert each["of"] <= each["kept"]
            assert each.get("site") in sites
            assert ("text" in each) != ("seen" in each)


def test_of_one_kind_a_record_is_overdue_and_of_the_others_none_is():
    last = {kind["name"]: max(each["of"] for each in kind["records"]) for kind in told()["kinds"]}
    assert [name for name, day in last.items() if day < -366] == ["External provider evaluations"]
