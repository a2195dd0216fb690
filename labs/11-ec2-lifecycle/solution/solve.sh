#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
launch() {
  aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.micro \
    --tag-specifications "ResourceType=instance,Tags=[{Key=Name,Value=$1}]" --query 'Instances[0].InstanceId' --output text
}

worker=$(launch "$LAB_WORKER")
scratch=$(launch scratch)
aws ec2 wait instance-running --instance-ids "$worker" "$scratch"

address=$(aws ec2 allocate-address --domain vpc --query AllocationId --output text)
aws ec2 associate-address --instance-id "$worker" --allocation-id "$address"

aws ec2 stop-instances --instance-ids "$worker"
aws ec2 wait instance-stopped --instance-ids "$worker"
aws ec2 modify-instance-attribute --instance-id "$worker" --instance-type "Value=$LAB_TYPE"
aws ec2 start-instances --instance-ids "$worker"
aws ec2 wait instance-running --instance-ids "$worker"

aws ec2 modify-instance-attribute --instance-id "$scratch" --disable-api-termination
aws ec2 terminate-instances --instance-ids "$scratch" 2> refusal.txt || true
aws ec2 modify-instance-attribute --instance-id "$scratch" --no-disable-api-termination
aws ec2 terminate-instances --instance-ids "$scratch"
