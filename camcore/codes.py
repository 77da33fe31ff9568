"""Every finding code with its title. The letter is the severity, the hundred the room that finds it.

1xx drawing · 2xx part · 3xx job, material, machine · 4xx nest · 5xx cuts · 6xx program and post · 7xx proof.
A code never changes its meaning; one that is no longer used stays reserved.
"""

CODES: dict[str, str] = {
    # 1xx drawing
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
    # 5xx cuts
    # 6xx program and post
    # 7xx proof
}
