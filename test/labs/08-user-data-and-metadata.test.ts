import { proveLab } from './prove-lab.ts'

proveLab('user-data-and-metadata')
