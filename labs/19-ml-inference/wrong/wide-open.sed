# Opens the database to everybody, and every port of the machines.
# score: 11/15
# loses database/closed: is publicly accessible
# loses machines/port: are open on ports 0 to 65535
s/--no-publicly-accessible/--publicly-accessible/
s/--port "\$LAB_PORT"/--port 0-65535/
