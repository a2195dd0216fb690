-- The permissions that a call was granted, where they are not its own action on its resources.
alter table event add column granted text;
