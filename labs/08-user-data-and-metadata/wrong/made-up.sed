# Writes the document by hand, for another machine.
# score: 7/9
# loses identity/document: says that it is i-0123456789abcdef0
s/> identity.json$/> read.json; echo '{"instanceId":"i-0123456789abcdef0"}' > identity.json/
