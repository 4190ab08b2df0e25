-- Figures of a few causes with a few values are read along both, whatever else there is.
drop index figure_key;
create index figure_key on figure (kind, grain, key, cause, period);

-- Where several values are asked for at once the lines are read: along the rarest of them.
create index figure_change_category on figure_change (category, day);
create index figure_change_product on figure_change (product, day);
create index figure_change_place on figure_change (place, day);
