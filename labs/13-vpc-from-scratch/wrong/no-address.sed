# Gives the web server no public address, and the database the wrong port.
# score: 5/11
# loses paths/web: The internet does not reach
# loses paths/database: does not reach
# loses paths/private: Nothing reaches
# loses paths/only: Nothing reaches
/map-public-ip-on-launch/d
s/--port 5432/--port 3306/
