"""Every finding code with its title. The letter is the severity, the hundred the room that finds it.

1xx drawing · 2xx part · 3xx job, material, machine · 4xx nest · 5xx cuts · 6xx program and post · 7xx proof.
A code never changes its meaning; one that is no longer used stays reserved.
"""

CODES: dict[str, str] = {
    # 1xx drawing
    "E101": "drawing cannot be read",
    "E102": "decimal commas",
    "E103": "units unknown",
    "E104": "no unit of sheet parts",
    "E105": "drawing too large",
    "E106": "nothing to cut",
    "E107": "kind of entity is not read",
    "E108": "entity makes no sense",
    "E109": "block cannot be had",
    "W110": "file was recovered",
    "E111": "file is cut off",
    "E112": "recovery changed geometry",
    "W113": "units against the drawing's word",
    "W114": "entities slope in z",
    "I115": "entities lie off z = 0",
    "I120": "ignored by a rule",
    "W121": "ignored because hidden",
    "I122": "paper space ignored",
    "W123": "pockets are not made",
    "W130": "size is not plausible",
    # 2xx part
    # 3xx job, material, machine
    "E301": "file cannot be read",
    "E302": "no valid TOML",
    "E303": "wrong key or value",
    "E304": "file named in a job is missing",
    "E305": "unknown format",
    "E310": "unknown machine",
    "E320": "no such part in the drawing",
    "E321": "part asked for twice",
    "W322": "units taken from the job",
    "E323": "drawing is no sheet",
    "E324": "spacing less than the process needs",
    "E399": "defect of camcore",
    # 4xx nest
    "E401": "nothing to nest, or nothing to nest on",
    "E402": "rule or quantity out of range",
    "E403": "outline that crosses itself",
    "E404": "part demanded twice",
    # 5xx cuts
    # 6xx program and post
    "E601": "program leaves the work area",
    "E602": "tool is missing from the plan",
    "E603": "machine changes no tools",
    "E604": "cut without path, feed, power or speed",
    "E605": "plan is for another process",
    "E606": "move that the control refuses",
    "E607": "line longer than the control takes",
    "W601": "feed cut down to the machine's",
    "W602": "spindle speed brought into range",
    "W603": "air that the machine cannot switch",
    "W604": "other tool than the machine's list has",
    # 7xx proof
    "E701": "no readable program",
    "E702": "line too long for the control",
    "E703": "no word",
    "E704": "unknown word letter",
    "E705": "code or mode that is refused",
    "E706": "two codes of one modal group in a block",
    "E707": "word twice in a block",
    "E708": "word missing",
    "E709": "word without use",
    "E710": "feed missing",
    "E711": "arc that the control refuses",
    "E712": "value out of range",
    "E713": "length offset of another tool",
    "E714": "program without end",
    "E715": "text that the control does not read",
    "E716": "mode not stated",
}
