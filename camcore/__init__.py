"""camcore: drawings of sheet parts to nested, posted and proven laser and mill programs.

Seven verbs are the whole product; each makes the noun that the next one takes::

    drawn    = drawing.read("washers.dxf")                             # what the file holds
    found    = part.find(drawn)                                        # what is to be made
    nest     = nesting.nest(demands, [sheet], rules)                   # where it lies
    plan     = toolpath.plan(nest, setup)[0]                           # how the first sheet is cut
    built    = program.build(plan, laser)                              # what the machine does
    text     = postprocessors.write(built, laser)                      # what it is told
    verified = verify.verify(text, laser, task_of(nest, plan))         # proven, and only then saved

README.md shows them whole, with what they need before them. Nothing is imported here; each room is imported by name.
"""

__version__ = "0.3.0"
