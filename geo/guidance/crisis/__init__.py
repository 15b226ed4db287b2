"""What a person in a crisis typed into the place box, and whom to call: offline, nothing kept.

In reading order: panel (the kinds of crisis and the words), phrases (the lists in data/),
recognising, crisis_place (what else the text asks for). The first loads next to nothing, because pages
show its words before they load anything heavy.
"""
