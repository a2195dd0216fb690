# Real databases by Terraform. `stage` changes what can be changed; the provider waits for more than a minute with each.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "stage" {
  default = "first"
}

locals {
  second = var.stage == "second"
}

resource "aws_vpc" "own" {
  cidr_block = "10.7.0.0/16"
}
resource "aws_subnet" "own" {
  count             = 2
  vpc_id            = aws_vpc.own.id
  cidr_block        = "10.7.${count.index}.0/24"
  availability_zone = "us-east-1${["a", "b"][count.index]}"
}
resource "aws_security_group" "databases" {
  name   = "databases"
  vpc_id = aws_vpc.own.id
}
resource "aws_kms_key" "own" {
  deletion_window_in_days = 7
}
resource "aws_iam_role" "rds" {
  name = "rds"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["rds.amazonaws.com", "monitoring.rds.amazonaws.com"] }
    }
  })
}
resource "aws_db_subnet_group" "own" {
  name       = "own"
  subnet_ids = aws_subnet.own[*].id
}
resource "aws_db_parameter_group" "own" {
  name   = "own"
  family = "postgres15"
  parameter {
    name  = "log_connections"
    value = local.second ? "0" : "1"
  }
}
resource "aws_db_option_group" "own" {
  name                 = "own"
  engine_name          = "postgres"
  major_engine_version = "15"
}

resource "aws_db_instance" "full" {
  identifier                            = "full"
  engine                                = "postgres"
  engine_version                        = "15.10"
  instance_class                        = local.second ? "db.m5.xlarge" : "db.m5.large"
  allocated_storage                     = local.second ? 150 : 100
  max_allocated_storage                 = 1000
  storage_type                          = "gp3"
  storage_encrypted                     = true
  kms_key_id                            = aws_kms_key.own.arn
  db_name                               = "app"
  username                              = "chief"
  password                              = local.second ? "second-password" : "first-password"
  port                                  = 6543
  db_subnet_group_name                  = aws_db_subnet_group.own.name
  vpc_security_group_ids                = [aws_security_group.databases.id]
  parameter_group_name                  = aws_db_parameter_group.own.name
  option_group_name                     = aws_db_option_group.own.name
  multi_az                              = local.second
  backup_retention_period               = 7
  backup_window                         = "03:00-04:00"
  maintenance_window                    = "mon:05:00-mon:06:00"
  copy_tags_to_snapshot                 = true
  iam_database_authentication_enabled   = true
  performance_insights_enabled          = true
  performance_insights_retention_period = 7
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.rds.arn
  enabled_cloudwatch_logs_exports       = local.second ? ["postgresql", "upgrade"] : ["postgresql"]
  auto_minor_version_upgrade            = false
  ca_cert_identifier                    = "rds-ca-rsa4096-g1"
  apply_immediately                     = true
  skip_final_snapshot                   = true
  tags = {
    stage = var.stage
  }
}
resource "aws_db_instance" "managed" {
  identifier                  = "managed"
  engine                      = "postgres"
  engine_version              = "15"
  instance_class              = "db.t3.micro"
  allocated_storage           = 20
  username                    = "chief"
  manage_master_user_password = true
  backup_retention_period     = 1
  final_snapshot_identifier   = "managed-final"
}
resource "aws_db_instance" "provisioned" {
  identifier              = "provisioned"
  engine                  = "postgres"
  engine_version          = "15"
  instance_class          = "db.t3.micro"
  allocated_storage       = local.second ? 200 : 100
  storage_type            = "io1"
  iops                    = local.second ? 2000 : 1000
  username                = "chief"
  password                = "first-password"
  backup_retention_period = 0
  apply_immediately       = true
  skip_final_snapshot     = true
}
resource "aws_db_instance" "replica" {
  identifier          = "replica"
  replicate_source_db = aws_db_instance.managed.identifier
  instance_class      = local.second ? "db.t3.small" : "db.t3.micro"
  apply_immediately   = true
  skip_final_snapshot = true
}
resource "aws_db_snapshot" "manual" {
  db_instance_identifier = aws_db_instance.managed.identifier
  db_snapshot_identifier = "manual"
  shared_accounts        = local.second ? ["210987654321"] : []
}
resource "aws_db_snapshot_copy" "copy" {
  source_db_snapshot_identifier = aws_db_snapshot.manual.db_snapshot_arn
  target_db_snapshot_identifier = "copy"
  kms_key_id                    = aws_kms_key.own.arn
}
resource "aws_db_instance" "restored" {
  identifier          = "restored"
  snapshot_identifier = aws_db_snapshot.manual.id
  instance_class      = "db.t3.micro"
  storage_type        = local.second ? "gp3" : "gp2"
  apply_immediately   = true
  skip_final_snapshot = true
}
resource "aws_db_instance" "moment" {
  identifier          = "moment"
  instance_class      = "db.t3.micro"
  skip_final_snapshot = true
  restore_to_point_in_time {
    source_db_instance_identifier = aws_db_instance.managed.identifier
    use_latest_restorable_time    = true
  }
}
resource "aws_db_instance_role_association" "import" {
  db_instance_identifier = aws_db_instance.managed.identifier
  feature_name           = "s3Import"
  role_arn               = aws_iam_role.rds.arn
}
resource "aws_db_event_subscription" "events" {
  name             = "events"
  sns_topic        = "arn:aws:sns:us-east-1:123456789012:topic"
  source_type      = "db-instance"
  source_ids       = local.second ? [aws_db_instance.managed.identifier] : [aws_db_instance.managed.identifier, aws_db_instance.full.identifier]
  event_categories = ["availability"]
  enabled          = !local.second
}

resource "aws_rds_cluster" "aurora" {
  cluster_identifier          = "aurora"
  engine                      = "aurora-postgresql"
  engine_version              = "15.10"
  master_username             = "chief"
  manage_master_user_password = true
  backup_retention_period     = local.second ? 5 : 3
  skip_final_snapshot         = true
  apply_immediately           = true
  serverlessv2_scaling_configuration {
    min_capacity = 0.5
    max_capacity = local.second ? 4 : 2
  }
}
resource "aws_rds_cluster_instance" "aurora" {
  count              = 2
  identifier         = "aurora-${count.index}"
  cluster_identifier = aws_rds_cluster.aurora.id
  engine             = aws_rds_cluster.aurora.engine
  engine_version     = aws_rds_cluster.aurora.engine_version
  instance_class     = ["db.serverless", local.second ? "db.r5.xlarge" : "db.r5.large"][count.index]
  promotion_tier     = count.index
  apply_immediately  = true
}
resource "aws_rds_cluster_role_association" "import" {
  db_cluster_identifier = aws_rds_cluster.aurora.id
  feature_name          = "s3Import"
  role_arn              = aws_iam_role.rds.arn
}

data "aws_db_instance" "full" {
  db_instance_identifier = aws_db_instance.full.identifier
}
data "aws_db_instances" "full" {
  filter {
    name   = "db-instance-id"
    values = [aws_db_instance.full.identifier]
  }
}
data "aws_db_snapshot" "manual" {
  db_snapshot_identifier = aws_db_snapshot.manual.id
}
data "aws_rds_cluster" "aurora" {
  cluster_identifier = aws_rds_cluster.aurora.id
}
output "port" {
  value = data.aws_db_instance.full.port
}
output "instances" {
  value = data.aws_db_instances.full.instance_identifiers
}
