"""Checks cluster configurations with the real ParallelCluster, as far as that needs no AWS.

Reads a JSON list of YAML texts from standard input; prints a JSON list with one list of complaints for each.
"""

import json
import sys

import yaml
from marshmallow import ValidationError
from pcluster.schemas.cluster_schema import ClusterSchema
from pcluster.validators.cluster_validators import ComputeResourceSizeValidator, NameValidator
from pcluster.validators.networking_validators import MultiAzPlacementGroupValidator
from pcluster.validators.slurm_settings_validator import (
    SLURM_SETTINGS_DENY_LIST,
    CustomSlurmSettingLevel,
    CustomSlurmSettingsValidator,
)


def complaints(text):
    try:
        cluster = ClusterSchema(cluster_name="test").load(yaml.safe_load(text))
    except ValidationError as error:
        return [json.dumps(error.normalized_messages())]
    slurm = cluster.scheduling.settings
    denied = [name for names in SLURM_SETTINGS_DENY_LIST["SlurmConf"].values() for name in names]
    failures = CustomSlurmSettingsValidator().execute(
        slurm.custom_slurm_settings, denied, CustomSlurmSettingLevel.SLURM_CONF
    )
    for queue in cluster.scheduling.queues:
        failures += NameValidator().execute(queue.name)
        for resource in queue.compute_resources:
            failures += NameValidator().execute(resource.name)
            failures += ComputeResourceSizeValidator().execute(resource.min_count, resource.max_count, queue.capacity_type)
            group = queue.networking.placement_group
            failures += MultiAzPlacementGroupValidator().execute(
                len(queue.networking.subnet_ids) > 1,
                bool(group and group.enabled),
                resource.name,
                queue.name,
            )
    return [failure.message for failure in failures]


print(json.dumps([complaints(text) for text in json.load(sys.stdin)]))
