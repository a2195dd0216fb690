#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image of an assignment. The zip that you upload has this file, run_autograder, a file `lab` with
# the lab's id, and pocketcloud's folder (without node_modules) as `pocketcloud/`.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends bubblewrap awscli python3-boto3 util-linux procps curl ca-certificates gnupg python3 make g++
if ! command -v node > /dev/null || [ "$(node -p 'parseInt(process.versions.node)')" -lt 20 ]; then
  curl -fsSL https://deb.nodesource.com/setup_20.x | bash -
  apt-get install -y nodejs
fi
mv /autograder/source/pocketcloud /opt/pocketcloud
cd /opt/pocketcloud
npm ci
node scripts/build.js
ln -sf /opt/pocketcloud/bin/pocketcloud.js /usr/local/bin/pocketcloud
# Where Gradescope's machines allow no sandbox, a submission runs as a user who is nobody: what is root's alone is kept from it.
chmod -R go= /opt/pocketcloud/labs /opt/pocketcloud/dist/labs
