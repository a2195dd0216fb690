# Leaves the first line empty, and the metadata as it is by default.
# score: 6/9
# loses user-data/script: Expected a script, which begins with #!
# loses metadata/tokens: answers without a token
# loses metadata/tags: has no tags. Expected InstanceMetadataTags=enabled
s/^#!\/bin\/bash$/# a script/
s/ --metadata-options [^ ]+//
