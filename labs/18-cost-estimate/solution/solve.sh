#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

tags="Tags=[{Key=Project,Value=$LAB_PROJECT}]"
aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type "$LAB_TYPE" \
  --tag-specifications "ResourceType=instance,$tags" "ResourceType=volume,$tags"
aws ec2 create-volume --availability-zone us-east-1a --size "$LAB_SIZE" --volume-type gp3 \
  --tag-specifications "ResourceType=volume,$tags"
aws s3api create-bucket --bucket "$LAB_BUCKET"
aws s3api put-bucket-tagging --bucket "$LAB_BUCKET" --tagging "TagSet=[{Key=Project,Value=$LAB_PROJECT}]"

gp2=$(aws ec2 describe-volumes --filters "Name=tag:Project,Values=$LAB_PROJECT" Name=volume-type,Values=gp2 \
  --query 'sum(Volumes[].Size)' --output text)
case "$LAB_TYPE" in
  t3.small) hour=0.0208 ;;
  t3.medium) hour=0.0416 ;;
  m5.large) hour=0.096 ;;
esac
spot=$(aws ec2 describe-spot-price-history --instance-types "$LAB_TYPE" --product-descriptions Linux/UNIX \
  --availability-zone us-east-1a --no-paginate --query 'SpotPriceHistory[0].SpotPrice' --output text)
awk -v hour=$hour -v spot="$spot" -v gp3="$LAB_SIZE" -v gp2="$gp2" -v stored="$LAB_STORED" 'BEGIN {
  nights = 217
  ebs = gp3 * 0.08 + gp2 * 0.10
  s3 = stored * 0.023
  printf "{\"ec2\": %.2f, \"ebs\": %.2f, \"s3\": %.2f, \"total\": %.2f,", hour * 730, ebs, s3, hour * 730 + ebs + s3
  printf "\"workdays\": %.2f, \"spot\": %.2f}", hour * nights + ebs + s3, spot * 730 + ebs + s3
}' > estimate.json
aws s3api put-object --bucket "$LAB_BUCKET" --key estimate.json --body estimate.json
