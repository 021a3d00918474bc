"""What the database does by itself: the present text of each of our own functions and triggers.

One file of SQL for each function, with the triggers that call it, each with the requirement that
it serves. Migrations keep what they had; whoever changes one of these changes it here, and
`manage.py migrate` loads what differs after the last migration (`loading`). What `pgtrigger`
declares stays with its model.
"""
