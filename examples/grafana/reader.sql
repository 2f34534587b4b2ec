-- The role by which Grafana reads the store: it reads every table and changes none. May run again.
do $$
begin
  if not exists (select from pg_roles where rolname = 'grafana') then
    create role grafana login password 'grafana';
  end if;
end
$$;
grant pg_read_all_data to grafana;
