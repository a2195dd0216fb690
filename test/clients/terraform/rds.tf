# RDS without databases: what the provider makes without waiting for minutes. `stage` changes some of everything.
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

data "aws_vpc" "default" {
  default = true
}
data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}
data "aws_rds_engine_version" "exact" {
  engine  = "postgres"
  version = "15.10"
}
data "aws_rds_engine_version" "preferred" {
  engine             = "postgres"
  preferred_versions = ["99.1", "15.10"]
}
data "aws_rds_engine_version" "latest" {
  engine  = "aurora-postgresql"
  version = "15"
  latest  = true
}
data "aws_rds_orderable_db_instance" "small" {
  engine                     = "postgres"
  engine_version             = data.aws_rds_engine_version.exact.version
  storage_type               = "gp3"
  preferred_instance_classes = ["db.none.none", "db.t3.micro"]
}
data "aws_rds_certificate" "authority" {
  id = "rds-ca-rsa2048-g1"
}
data "aws_db_event_categories" "instances" {
  source_type = "db-instance"
}

resource "aws_db_subnet_group" "group" {
  name       = "group"
  subnet_ids = slice(sort(data.aws_subnets.default.ids), 0, local.second ? 3 : 2)
  tags = {
    stage = var.stage
  }
}
resource "aws_db_parameter_group" "group" {
  name   = "group"
  family = data.aws_rds_engine_version.exact.parameter_group_family
  parameter {
    name  = "log_connections"
    value = local.second ? "0" : "1"
  }
  parameter {
    name         = "max_connections"
    value        = "50"
    apply_method = "pending-reboot"
  }
}
resource "aws_rds_cluster_parameter_group" "group" {
  name_prefix = "group-"
  family      = "aurora-postgresql15"
  parameter {
    name  = "log_statement"
    value = local.second ? "none" : "ddl"
  }
}
resource "aws_db_option_group" "group" {
  name                 = "group"
  engine_name          = "mysql"
  major_engine_version = "8.0"
  dynamic "option" {
    for_each = local.second ? [1] : []
    content {
      option_name = "MARIADB_AUDIT_PLUGIN"
      option_settings {
        name  = "SERVER_AUDIT_EVENTS"
        value = "CONNECT"
      }
    }
  }
}
resource "aws_rds_global_cluster" "world" {
  global_cluster_identifier = "world"
  engine                    = "aurora-postgresql"
  engine_version            = "15.10"
  deletion_protection       = local.second ? false : true
}
resource "aws_rds_certificate" "default" {
  certificate_identifier = local.second ? "rds-ca-rsa2048-g1" : "rds-ca-rsa4096-g1"
}

resource "aws_secretsmanager_secret" "login" {
  name                    = "login"
  recovery_window_in_days = 0
}
resource "aws_iam_role" "proxy" {
  name = "proxy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "rds.amazonaws.com" }
    }
  })
}
resource "aws_db_proxy" "proxy" {
  name                = "proxy"
  engine_family       = "POSTGRESQL"
  idle_client_timeout = local.second ? 900 : 1800
  role_arn            = aws_iam_role.proxy.arn
  vpc_subnet_ids      = data.aws_subnets.default.ids
  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "DISABLED"
    secret_arn  = aws_secretsmanager_secret.login.arn
  }
}
resource "aws_db_proxy_default_target_group" "group" {
  db_proxy_name = aws_db_proxy.proxy.name
  connection_pool_config {
    max_connections_percent      = local.second ? 80 : 100
    max_idle_connections_percent = 50
  }
}
resource "aws_db_proxy_endpoint" "reader" {
  db_proxy_name          = aws_db_proxy.proxy.name
  db_proxy_endpoint_name = "reader"
  vpc_subnet_ids         = data.aws_subnets.default.ids
  target_role            = "READ_ONLY"
}

output "class" {
  value = data.aws_rds_orderable_db_instance.small.instance_class
}
output "preferred" {
  value = data.aws_rds_engine_version.preferred.version
}
output "categories" {
  value = data.aws_db_event_categories.instances.event_categories
}
