#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
subnet() {
  aws ec2 create-subnet --vpc-id "$vpc" --cidr-block "$1" --availability-zone "$2" --query Subnet.SubnetId --output text
}
group() {
  aws ec2 create-security-group --group-name "$LAB_NAME-$1" --description "$1" --vpc-id "$vpc" --query GroupId --output text
}
launch() {
  aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.micro --subnet-id "$1" --security-group-ids "$2" \
    --query 'Instances[0].InstanceId' --output text
}

vpc=$(aws ec2 create-vpc --cidr-block "$LAB_NET.0.0/16" --query Vpc.VpcId --output text)
public=$(subnet "$LAB_NET.1.0/24" us-east-1a)
private=$(subnet "$LAB_NET.2.0/24" us-east-1b)
aws ec2 modify-subnet-attribute --subnet-id "$public" --map-public-ip-on-launch

gateway=$(aws ec2 create-internet-gateway --query InternetGateway.InternetGatewayId --output text)
aws ec2 attach-internet-gateway --internet-gateway-id "$gateway" --vpc-id "$vpc"
table=$(aws ec2 create-route-table --vpc-id "$vpc" --query RouteTable.RouteTableId --output text)
aws ec2 create-route --route-table-id "$table" --destination-cidr-block 0.0.0.0/0 --gateway-id "$gateway"
aws ec2 associate-route-table --route-table-id "$table" --subnet-id "$public"

web=$(group web)
db=$(group db)
aws ec2 authorize-security-group-ingress --group-id "$web" --protocol tcp --port 443 --cidr 0.0.0.0/0
aws ec2 authorize-security-group-ingress --group-id "$db" --protocol tcp --port 5432 --source-group "$web"

first=$(launch "$public" "$web")
second=$(launch "$private" "$db")
aws ec2 wait instance-running --instance-ids "$first" "$second"
