"""What analysts see of a trader beside its pseudonym: classes, no figures that name it."""

from warehouse.layout import Layout
from warehouse.reading import open_release

NAMING = {"founded_date", "capital_vnd", "employee_count"}
CLASSES = ("founded_year", "capital_class_code", "employee_class_code")


def traders(home, role, sql):
    with open_release(Layout(home), role) as reader:
        return reader.execute(sql).fetchall()


def unique(home, role, columns):
    """Return the share of traders that no other one is like in these columns."""
    sql = f"""
        select sum(case when alike = 1 then 1 else 0 end) / sum(alike)
        from (select count(*) as alike from marts.dim_trader where is_current group by {columns})
    """  # noqa: S608
    return traders(home, role, sql)[0][0]


def test_the_day_and_the_figures_stay_in_the_restricted_release(nation_home):
    columns = {
        role: {
            name
            for (name,) in traders(
                nation_home,
                role,
                "select column_name from information_schema.columns"
                " where table_schema = 'marts' and table_name = 'dim_trader'",
            )
        }
        for role in ("restricted", "analyst")
    }
    assert columns["restricted"] - columns["analyst"] == NAMING | {"trader_name"}
    assert set(CLASSES) <= columns["analyst"]


def test_a_day_and_a_capital_name_a_trader_and_a_year_and_a_class_hide_it(nation_home):
    assert unique(nation_home, "restricted", "founded_date, capital_vnd, province_code") > 0.99
    assert unique(nation_home, "analyst", "founded_year, capital_class_code") < 0.1
    assert unique(nation_home, "analyst", "capital_class_code, employee_class_code") < 0.01


def test_the_classes_are_those_of_the_list(nation_home):
    wrong = """
        select count(*) from marts.dim_trader
        where capital_class_code is distinct from case
            when capital_vnd <= 3e9 then 'micro' when capital_vnd <= 20e9 then 'small'
            when capital_vnd <= 100e9 then 'medium' when capital_vnd > 100e9 then 'large' end
        or employee_class_code is distinct from case
            when employee_count <= 10 then 'micro' when employee_count <= 100 then 'small'
            when employee_count <= 200 then 'medium' when employee_count > 200 then 'large' end
        or founded_year is distinct from year(founded_date)
    """
    assert traders(nation_home, "restricted", wrong) == [(0,)]
    present = "select count(distinct capital_class_code), count(capital_vnd) > 0"
    assert traders(nation_home, "restricted", f"{present} from marts.dim_trader") == [(4, True)]
