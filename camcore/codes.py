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
    "E310": "unknown machine",
    # 4xx nest
    # 5xx cuts
    # 6xx program and post
    # 7xx proof
}
