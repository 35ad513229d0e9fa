"""What a segment's rule may say: one SELECT over the view, in words that always mean the same and end soon."""

from __future__ import annotations

from collections.abc import Iterator

from nexusplanner.adapters.crm.view import VIEW

_WORDS = """
    + - * / // % ** ^ ~~ !~~ ~~* !~~* ~~~ @ abs ceil ceiling floor round trunc sign sqrt ln log log2 log10 exp pow
    power greatest least ifnull nullif lower upper trim ltrim rtrim length strlen left right substr
    substring starts_with ends_with prefix suffix contains instr position regexp_matches regexp_full_match
    strptime try_strptime date_diff datediff date_part datepart date_trunc datetrunc date_add date_sub year month day
    quarter week dayofweek dayofyear isodow yearweek last_day make_date to_days to_weeks to_months to_years
    count count_star sum avg mean min max median mode stddev stddev_samp stddev_pop variance var_samp var_pop
    quantile quantile_cont quantile_disc arg_min arg_max bool_and bool_or any_value
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first last first_value last_value hash
"""
_FUNCTIONS = frozenset(_WORDS.split())
"""Left out is what blows up a value or makes rows, what asks for the clock or for chance, and what looks outside."""
_CLOCKS = frozenset({"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"})


def unfit(tree: object) -> str | None:
    """Say why a parsed statement is no rule; None where it is one.

    Args:
        tree: The statement, as the database's own parser writes it.
    """
    read, named = set[str](), set[str]()
    for node in _nodes(tree):
        if fault := _fault(node):
            return fault
        if node.get("type") == "BASE_TABLE":
            read.add(str(node.get("table_name")).lower())
        named.update(_named(node.get("cte_map")))
    return None if VIEW in read and read - named == {VIEW} else f"reads something else than {VIEW}"


def _named(ctes: object) -> Iterator[str]:
    """Give the names that a statement gives to its own subqueries."""
    entries = ctes.get("map", ()) if isinstance(ctes, dict) else ()
    return (str(entry.get("key")).lower() for entry in entries)


def _fault(node: dict[str, object]) -> str | None:
    kind, function = node.get("type"), node.get("function_name")
    if kind == "TABLE_FUNCTION":
        return f"reads something else than {VIEW}"
    if kind == "RECURSIVE_CTE_NODE":
        return "refers to itself"
    if isinstance(function, str) and function.lower() not in _FUNCTIONS:
        return f"uses {function.lower()!r}, which a rule may not"
    names = node.get("column_names")
    if isinstance(names, list) and {str(name).lower() for name in names} & _CLOCKS:
        return "asks for today; write the date"
    return None


def _nodes(tree: object) -> Iterator[dict[str, object]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
