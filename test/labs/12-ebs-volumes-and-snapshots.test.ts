import { proveLab } from './prove-lab.ts'

proveLab('ebs-volumes-and-snapshots')
