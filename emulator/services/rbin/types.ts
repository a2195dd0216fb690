// The shapes of the recycle bin's API: https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_Types.html

export interface ResourceTag {
  readonly ResourceTagKey?: string | undefined
  readonly ResourceTagValue?: string | undefined
}

export interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

export interface LockConfiguration {
  readonly UnlockDelay?: { readonly UnlockDelayValue?: number; readonly UnlockDelayUnit?: string }
}

export interface RuleInput {
  readonly Identifier?: string
  readonly RetentionPeriod?: {
    readonly RetentionPeriodValue?: number
    readonly RetentionPeriodUnit?: string
  }
  readonly Description?: string
  readonly ResourceType?: string
  readonly ResourceTags?: readonly ResourceTag[]
  readonly ExcludeResourceTags?: readonly ResourceTag[]
  readonly LockConfiguration?: LockConfiguration
  readonly Tags?: readonly Tag[]
}

export interface ListRulesInput extends RuleInput {
  readonly MaxResults?: number
  readonly NextToken?: string
  readonly LockState?: string
}

export interface TagInput {
  readonly ResourceArn?: string
  readonly Tags?: readonly Tag[]
  readonly TagKeys?: readonly string[]
}
