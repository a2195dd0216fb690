#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
advance() {
  curl --silent --fail --output /dev/null --header 'content-type: application/json' \
    --data "{\"seconds\":$1}" "$AWS_ENDPOINT_URL/_pocketcloud/clock/advance"
}

aws ec2 describe-instance-types --instance-types g4dn.xlarge g5.xlarge g4dn.12xlarge
type=g4dn.12xlarge
[ "$LAB_MEMORY" -gt 22 ] || type=g5.xlarge
[ "$LAB_MEMORY" -gt 16 ] || type=g4dn.xlarge
aws ec2 describe-spot-price-history --instance-types "$type" --max-items 1

request=$(aws ec2 request-spot-instances --type persistent --query 'SpotInstanceRequests[0].SpotInstanceRequestId' --output text \
  --launch-specification "{\"ImageId\":\"ami-0c55b159cbfafe1f0\",\"InstanceType\":\"$type\"}")
advance 60
first=$(aws ec2 describe-spot-instance-requests --spot-instance-request-ids "$request" \
  --query 'SpotInstanceRequests[0].InstanceId' --output text)
aws s3api create-bucket --bucket "$LAB_BUCKET"

role=$(aws iam create-role --role-name interrupter --query Role.Arn --output text --assume-role-policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"fis.amazonaws.com"},"Action":"sts:AssumeRole"}]}')
aws iam put-role-policy --role-name interrupter --policy-name interrupt --policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:SendSpotInstanceInterruptions","Resource":"*"}]}'
account=$(cut -d : -f 5 <<< "$role")
cat > experiment.json <<EXPERIMENT
{
  "description": "take the GPU away",
  "roleArn": "$role",
  "stopConditions": [{ "source": "none" }],
  "targets": { "gpu": {
    "resourceType": "aws:ec2:spot-instance",
    "resourceArns": ["arn:aws:ec2:us-east-1:$account:instance/$first"],
    "selectionMode": "ALL"
  } },
  "actions": { "interrupt": {
    "actionId": "aws:ec2:send-spot-instance-interruptions",
    "parameters": { "durationBeforeInterruption": "PT2M" },
    "targets": { "SpotInstances": "gpu" }
  } }
}
EXPERIMENT
template=$(aws fis create-experiment-template --cli-input-json file://experiment.json --query experimentTemplate.id --output text)
aws fis start-experiment --experiment-template-id "$template"

advance 10
echo 'epoch 17' > checkpoint.txt
aws s3api put-object --bucket "$LAB_BUCKET" --key checkpoint.txt --body checkpoint.txt
advance 600
aws s3api get-object --bucket "$LAB_BUCKET" --key checkpoint.txt read.txt
