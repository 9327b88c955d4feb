-- One line a series and release, of figures that no error flag accuses.
select series_id, series, model, accelerator, release, release_order, value, unit, origin
from {{ source('neuron', 'history') }}
where metric = 'throughput' and is_believable
