"""``nexusplanner estimate``: what a run would take, before anything is spent."""

from __future__ import annotations

from nexusplanner.cli import options


def estimate(
    brief: options.Brief,
    *,
    crm: options.Crm = None,
    history: options.History = None,
    signals: options.Signals = None,
    memory: options.Memory = None,
    tool: options.Tool = None,
    model: options.Model = None,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """Quote the calls, tokens and dollars of a run; nothing is spent."""
    from nexusplanner.cli.opening import Sources, load_settings, open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen
    from nexusplanner.domain.brief import CampaignBrief

    settings = load_settings(brief, workspace=workspace, tenant=tenant, models=model)
    read = CampaignBrief.load(brief)
    sources = Sources(crm=crm, history=history, signals=signals or (), memory=memory, tools=tool or ())
    with open_planner(settings, sources) as planner:
        quote = planner.estimate(read, tenant=settings.tenant)
    if json:
        print_json(quote.model_dump_json(indent=1) + "\n")
        return
    console = screen()
    paid = f"{quote.model}, ${settings.limits.usd} a run at most"
    console.print("The rules alone: no model is called." if quote.model == "rules" else paid)
    rows = [
        ("Calls", *(f"{n:,}" for n in (quote.calls.low, quote.calls.likely, quote.calls.high))),
        ("Tokens", *(f"{n:,}" for n in (quote.tokens.low, quote.tokens.likely, quote.tokens.high))),
        ("USD", *(f"{n:.4f}" for n in (quote.usd.low, quote.usd.likely, quote.usd.high))),
    ]
    print_table(console, ("", "Low", "Likely", "High"), rows, right=frozenset({1, 2, 3}))
