#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

cat > user-data.sh <<SCRIPT
#!/bin/bash
echo "MODEL_BUCKET=$LAB_BUCKET" >> /etc/environment
SCRIPT
instance=$(aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.micro \
  --user-data file://user-data.sh --metadata-options HttpTokens=required,InstanceMetadataTags=enabled \
  --tag-specifications "ResourceType=instance,Tags=[{Key=Name,Value=$LAB_NAME}]" \
  --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$instance"

eval "$(pocketcloud imds "$instance")"
metadata=${AWS_EC2_METADATA_SERVICE_ENDPOINT%/}
token=$(curl --silent --fail -X PUT "$metadata/latest/api/token" -H 'X-aws-ec2-metadata-token-ttl-seconds: 600')
curl --silent --fail -H "X-aws-ec2-metadata-token: $token" \
  "$metadata/latest/dynamic/instance-identity/document" > identity.json
aws s3api create-bucket --bucket "$LAB_BUCKET"
aws s3api put-object --bucket "$LAB_BUCKET" --key identity.json --body identity.json

echo "echo MODEL_VERSION=$LAB_VERSION" >> user-data.sh
base64 < user-data.sh > user-data.b64
aws ec2 stop-instances --instance-ids "$instance"
aws ec2 wait instance-stopped --instance-ids "$instance"
aws ec2 modify-instance-attribute --instance-id "$instance" --attribute userData --value file://user-data.b64
aws ec2 start-instances --instance-ids "$instance"
aws ec2 wait instance-running --instance-ids "$instance"
