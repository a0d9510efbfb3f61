export { clusterPods, DELETION_COST, type ClusterPods, type Pod } from './cluster-pods.ts';
export { inCluster, type ClusterAccess } from './cluster-access.ts';
