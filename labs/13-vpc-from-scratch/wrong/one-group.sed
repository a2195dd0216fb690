# Puts the database into the web server's group, which admits everything from itself.
# score: 9/11
# loses paths/private: the web server's group
# loses paths/only: on port 22 too. Expected port 5432 only
s/^db=.*/db=$web/
s/--port 5432/--port 0-65535/
