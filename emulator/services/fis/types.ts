// FIS's shapes, as far as they are read here. The members are the API's own.
// https://docs.aws.amazon.com/fis/latest/APIReference/API_Types.html

export type Tags = Readonly<Record<string, string>>

export interface Target {
  readonly resourceType: string
  readonly resourceArns?: readonly string[] | undefined
  readonly resourceTags?: Tags | undefined
  readonly filters?:
    | readonly { readonly path: string; readonly values: readonly string[] }[]
    | undefined
  /** `ALL`, `COUNT(2)`, `PERCENT(50)` */
  readonly selectionMode: string
  readonly parameters?: Tags | undefined
}

export interface Action {
  readonly actionId: string
  readonly description?: string | undefined
  readonly parameters?: Tags | undefined
  /** The name of the target for each of the action's kinds: `{ SpotInstances: 'trainers' }` */
  readonly targets?: Tags | undefined
  readonly startAfter?: readonly string[] | undefined
}

/** What a template says, and an experiment takes over from it. */
export interface Plan {
  readonly description: string
  readonly roleArn: string
  readonly stopConditions: readonly { readonly source: string; readonly value?: string }[]
  readonly targets: Readonly<Record<string, Target>>
  readonly actions: Readonly<Record<string, Action>>
  readonly logConfiguration?: object | undefined
  readonly experimentOptions?:
    | {
        readonly accountTargeting?: string | undefined
        readonly emptyTargetResolutionMode?: string | undefined
      }
    | undefined
}

export type ActionStatus =
  | 'pending'
  | 'running'
  | 'completed'
  | 'cancelled'
  | 'stopped'
  | 'failed'
  | 'skipped'

export interface ActionProgress {
  readonly status: ActionStatus
  readonly reason?: string
  /** Virtual time in ms since the epoch. */
  readonly startedAt?: number
  readonly endedAt?: number
}

export type ExperimentStatus =
  | 'pending'
  | 'initiating'
  | 'running'
  | 'completed'
  | 'stopping'
  | 'stopped'
  | 'failed'
