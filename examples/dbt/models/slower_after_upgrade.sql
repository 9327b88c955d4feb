-- What got worse between two releases; both sides filtered, so that no other pair is compared.
select model, instance_types, metric, unit, base_value, target_value, change, verdict
from {{ source('neuron', 'release_comparisons') }}
where base_release = '{{ var("base") }}'
  and target_release = '{{ var("target") }}'
  and verdict = 'regressed'
  and error_flags = 0
