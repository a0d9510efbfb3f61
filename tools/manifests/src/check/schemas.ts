import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Check } from './cluster.ts';

type Model = new (data: never) => { validate(): void };

const MODELS: readonly Model[] = [
  ...[ScaledObject, PodMonitor, PrometheusRule, ServiceMonitor, Deployment, HorizontalPodAutoscaler, Job],
  ...[NetworkPolicy, PodDisruptionBudget, Role, RoleBinding, ConfigMap, Namespace, PersistentVolumeClaim],
  ...[Service, ServiceAccount],
];

/** Every resource is of a kind that we know, and as the schema of its kind wants it. A Secret is nobody's to write down. */
export const schemas: Check = ({ resources }) =>
  resources.flatMap((resource) => {
    const what = `${resource.kind} ${resource.metadata.name}`;
    const found = MODELS.find((model) => {
      const { apiVersion, kind } = new model({} as never) as unknown as { apiVersion: string; kind: string };
      return apiVersion === resource.apiVersion && kind === resource.kind;
    });
    if (!found) return [`${what}: there is no schema for ${resource.apiVersion} ${resource.kind} here.`];
    try {
      new found(resource as never).validate();
      return [];
    } catch (error) {
      return [`${what}: ${(error as Error).message}.`];
    }
  });
