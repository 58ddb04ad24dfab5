-- Gold of customer360 for Azure SQL and SQL Server 2022, written by `c360 export azure-sql`.
-- It may be run again. Add users to a role by: alter role [c360_writer] add member [name]

set xact_abort on;
go

if schema_id(N'bronze') is null exec(N'create schema [bronze]');
go

if schema_id(N'silver') is null exec(N'create schema [silver]');
go

if schema_id(N'conformed') is null exec(N'create schema [conformed]');
go

if schema_id(N'rules') is null exec(N'create schema [rules]');
go

if schema_id(N'gold_build') is null exec(N'create schema [gold_build]');
go

if schema_id(N'work') is null exec(N'create schema [work]');
go

if schema_id(N'gold') is null exec(N'create schema [gold]');
go

if object_id(N'[bronze].[_versions]', N'U') is null create table [bronze].[_versions] ([version] bigint null, [run_id] varchar(max) collate Latin1_General_100_BIN2_UTF8 null, [status] varchar(max) collate Latin1_General_100_BIN2_UTF8 null, [host] varchar(max) collate Latin1_General_100_BIN2_UTF8 null, [since] varchar(max) collate Latin1_General_100_BIN2_UTF8 null, [manifest] varchar(max) collate Latin1_General_100_BIN2_UTF8 null);
go

if object_id(N'[bronze].[_gold]', N'U') is null create table [bronze].[_gold] (model varchar(450) collate Latin1_General_100_BIN2_UTF8 not null primary key, mark varchar(30) not null);
go

if object_id(N'[gold].[dim_agents]', N'U') is null
begin
create table [gold].[dim_agents] (
  [agent_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [department] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [shift] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [source] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  constraint [pk_dim_agents] primary key clustered ([agent_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'2b5acf0079b8ff208fd2d3451b3686d4', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'dim_agents';
end;
go

if object_id(N'[gold].[dim_customers]', N'U') is null
begin
create table [gold].[dim_customers] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [first_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [last_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [email] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [phone] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [address] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [city] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [state] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [signup_date] date null,
  [email_opt_in] bit null,
  [sms_opt_in] bit null,
  [source] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  constraint [pk_dim_customers] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'688273f70123f6c955560a1fb18940e3', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'dim_customers';
end;
go

if object_id(N'[gold].[fact_service_interactions]', N'U') is null
begin
create table [gold].[fact_service_interactions] (
  [source] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [interaction_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [agent_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [opened_at] datetime2(6) null,
  [opened_at_local] datetime2(6) null,
  [local_date] date null,
  [iso_weekday] int null,
  [hour_of_day] int null,
  [resolved_at] datetime2(6) null,
  [resolved_at_local] datetime2(6) null,
  [issue_type] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [resolution_status] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_resolved] bit null,
  [resolution_seconds] bigint null,
  [satisfaction_score] bigint null,
  [satisfaction_category] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  constraint [pk_fact_service_interactions] primary key clustered ([source], [interaction_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'f6c3e172176e83414040e4a0bbd02d67', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'fact_service_interactions';
end;
go

if object_id(N'[gold].[agent_performance]', N'U') is null
begin
create table [gold].[agent_performance] (
  [agent_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [agent_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [total_interactions] bigint null,
  [resolved_interactions] bigint null,
  [resolution_success_rate] decimal(5,2) null,
  [rate_low] decimal(5,2) null,
  [rate_high] decimal(5,2) null,
  constraint [pk_agent_performance] primary key clustered ([agent_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'2b519d2821edd0240d3f0f166c7de6e8', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'agent_performance';
end;
go

if object_id(N'[gold].[dim_products]', N'U') is null
begin
create table [gold].[dim_products] (
  [product_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [category] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [price] decimal(18,2) null,
  [source] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  constraint [pk_dim_products] primary key clustered ([product_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'b380537ceec84da203339cdbe8e9e251', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'dim_products';
end;
go

if object_id(N'[gold].[dim_stores]', N'U') is null
begin
create table [gold].[dim_stores] (
  [store_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [location] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [city] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [state] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [manager] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [opening_hours] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [time_zone] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [source] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  constraint [pk_dim_stores] primary key clustered ([store_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'5a70f1f5c2ef69b2adff9ab167bf2949', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'dim_stores';
end;
go

if object_id(N'[gold].[fact_transactions]', N'U') is null
begin
create table [gold].[fact_transactions] (
  [source] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [transaction_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [order_id] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [shared_order] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [product_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [store_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [city] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [state] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [channel] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [occurred_at] datetime2(6) null,
  [occurred_at_local] datetime2(6) null,
  [local_date] date null,
  [iso_weekday] int null,
  [hour_of_day] int null,
  [amount] decimal(18,2) null,
  [quantity] bigint null,
  [payment_method] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [status] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [currency] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_sale] bit null,
  constraint [pk_fact_transactions] primary key clustered ([source], [transaction_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'707b770002ca3730481947e087d224d8', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'fact_transactions';
end;
go

if object_id(N'[gold].[average_order_value_by_category]', N'U') is null
begin
create table [gold].[average_order_value_by_category] (
  [category] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [orders] bigint null,
  [total_sales] decimal(18,2) null,
  [average_order_value] decimal(18,2) null,
  constraint [pk_average_order_value_by_category] primary key clustered ([category])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'1cbd2feb2204d8467a92824b837a4e5d', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'average_order_value_by_category';
end;
go

if object_id(N'[gold].[average_order_value_by_channel]', N'U') is null
begin
create table [gold].[average_order_value_by_channel] (
  [channel] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [orders] bigint null,
  [total_sales] decimal(18,2) null,
  [average_order_value] decimal(18,2) null,
  constraint [pk_average_order_value_by_channel] primary key clustered ([channel])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'ce0a042133736842aad4e36a33409901', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'average_order_value_by_channel';
end;
go

if object_id(N'[gold].[average_order_value_by_product]', N'U') is null
begin
create table [gold].[average_order_value_by_product] (
  [product_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [product_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [category] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [orders] bigint null,
  [total_sales] decimal(18,2) null,
  [average_order_value] decimal(18,2) null,
  constraint [pk_average_order_value_by_product] primary key clustered ([product_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'cd6021bd1406160427683649601c3ee4', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'average_order_value_by_product';
end;
go

if object_id(N'[gold].[average_order_value_by_store]', N'U') is null
begin
create table [gold].[average_order_value_by_store] (
  [store_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [store_location] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [orders] bigint null,
  [total_sales] decimal(18,2) null,
  [average_order_value] decimal(18,2) null,
  constraint [pk_average_order_value_by_store] primary key clustered ([store_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'bb6706aa5100c3b0063156058840976a', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'average_order_value_by_store';
end;
go

if object_id(N'[gold].[fact_web_sessions]', N'U') is null
begin
create table [gold].[fact_web_sessions] (
  [source] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [session_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [started_at] datetime2(6) null,
  [started_at_local] datetime2(6) null,
  [local_date] date null,
  [iso_weekday] int null,
  [hour_of_day] int null,
  [page_views] bigint null,
  [duration_seconds] bigint null,
  [session_category] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [device] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  constraint [pk_fact_web_sessions] primary key clustered ([source], [session_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'3cb31571bc2d9fabe8ac530725e1bd92', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'fact_web_sessions';
end;
go

if object_id(N'[gold].[reporting_period]', N'U') is null
begin
create table [gold].[reporting_period] (
  [as_of] date null,
  [is_configured] bit not null,
  [first_day] date null,
  [last_day] date null,
  [activity_from] date null,
  [activity_until] date null,
  [tickets_from] date null,
  [tickets_until] date null,
  [signups_from] date null,
  [signups_until] date null,
  [sales] bigint null,
  [interactions] bigint null,
  [sessions] bigint null,
  [signups] bigint null,
  constraint [pk_reporting_period] primary key clustered ([is_configured])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'e1f579aa3b947249664f0872cc05cf43', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'reporting_period';
end;
go

if object_id(N'[gold].[dim_month]', N'U') is null
begin
create table [gold].[dim_month] (
  [month] date not null,
  [last_day] date null,
  [year] int null,
  [quarter] int null,
  [month_of_year] int null,
  [days] int null,
  [is_complete] bit null,
  constraint [pk_dim_month] primary key clustered ([month])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'a6d00a6d9152c0b6a8a4b2bc95fe639f', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'dim_month';
end;
go

if object_id(N'[gold].[purchases_by_customer_and_month]', N'U') is null
begin
create table [gold].[purchases_by_customer_and_month] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [month] date not null,
  [year] int null,
  [month_of_year] int null,
  [lines] bigint null,
  [orders] bigint null,
  [total_spend] decimal(18,2) null,
  [first_purchase_date] date null,
  [last_purchase_date] date null,
  [is_complete] bit null,
  constraint [pk_purchases_by_customer_and_month] primary key clustered ([customer_id], [month])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'15586d8355cee64cc29e650c0ef754a2', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'purchases_by_customer_and_month';
end;
go

if object_id(N'[gold].[customer_active_months]', N'U') is null
begin
create table [gold].[customer_active_months] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [month] date not null,
  [activity] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [facts] bigint null,
  [first_date] date null,
  [last_date] date null,
  constraint [pk_customer_active_months] primary key nonclustered ([customer_id], [month], [activity])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'c0cf1fc3c2453d265fe9b4788b7ba90e', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_active_months';
end;
go

if object_id(N'[gold].[customer_purchases]', N'U') is null
begin
create table [gold].[customer_purchases] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [lines] bigint null,
  [orders] bigint null,
  [online_spend] decimal(18,2) null,
  [in_store_spend] decimal(18,2) null,
  [total_spend] decimal(18,2) null,
  [first_purchase_date] date null,
  [last_purchase_date] date null,
  constraint [pk_customer_purchases] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'95bd938e1ec28f717225ad02c3c4b95f', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_purchases';
end;
go

if object_id(N'[gold].[customer_activity]', N'U') is null
begin
create table [gold].[customer_activity] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [city] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [state] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  [sales] bigint null,
  [sessions] bigint null,
  [interactions] bigint null,
  [lifetime_value] decimal(18,2) null,
  [first_activity_date] date null,
  [last_activity_date] date null,
  [last_sale_date] date null,
  [last_session_date] date null,
  [last_interaction_date] date null,
  [days_since_activity] bigint null,
  [churn_status] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  constraint [pk_customer_activity] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'2dbce0e47b09871c77b92185c85f8db7', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_activity';
end;
go

if object_id(N'[gold].[churn_by_location]', N'U') is null
begin
create table [gold].[churn_by_location] (
  [location] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [city] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [state] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [customers] bigint null,
  [active_customers] bigint null,
  [churned_customers] bigint null,
  [never_active_customers] bigint null,
  [churn_rate] decimal(5,2) null,
  [rate_low] decimal(5,2) null,
  [rate_high] decimal(5,2) null,
  constraint [pk_churn_by_location] primary key clustered ([location])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'3f77158380ef66032b1d9c8b22d93214', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'churn_by_location';
end;
go

if object_id(N'[gold].[dim_loyalty_accounts]', N'U') is null
begin
create table [gold].[dim_loyalty_accounts] (
  [loyalty_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [points_earned] bigint null,
  [tier] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [joined_on] date null,
  [source] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  constraint [pk_dim_loyalty_accounts] primary key clustered ([loyalty_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'1f9fc0c133c20d0610c6219d8e8fd655', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'dim_loyalty_accounts';
end;
go

if object_id(N'[gold].[customer_loyalty]', N'U') is null
begin
create table [gold].[customer_loyalty] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [accounts] bigint null,
  [points] bigint null,
  [tier] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_champion] bit null,
  [next_tier] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [points_to_next_tier] bigint null,
  constraint [pk_customer_loyalty] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'4b7f6473d380cafd74684301056bd78d', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_loyalty';
end;
go

if object_id(N'[gold].[customer_segmentation]', N'U') is null
begin
create table [gold].[customer_segmentation] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [online_spend] decimal(18,2) null,
  [in_store_spend] decimal(18,2) null,
  [total_spend] decimal(18,2) null,
  [purchase_frequency] bigint null,
  [tier_level] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [customer_segment] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  constraint [pk_customer_segmentation] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'6287c12c7035860ac86da3530603250a', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_segmentation';
end;
go

if object_id(N'[gold].[churned_customers]', N'U') is null
begin
create table [gold].[churned_customers] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [city] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [state] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [last_activity_date] date null,
  [days_since_activity] bigint null,
  [last_sale_date] date null,
  [last_session_date] date null,
  [last_interaction_date] date null,
  [has_purchased] bit null,
  [has_visited] bit null,
  [has_contacted] bit null,
  [lifetime_value] decimal(18,2) null,
  [customer_segment] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  constraint [pk_churned_customers] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'd26be9bef3a14a3bc9bbac2e38cd2e68', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'churned_customers';
end;
go

if object_id(N'[gold].[customer_activity_status]', N'U') is null
begin
create table [gold].[customer_activity_status] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [last_purchase_date] date null,
  [days_since_purchase] bigint null,
  [activity_status] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  constraint [pk_customer_activity_status] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'24ed427fc25882fe356a648b63721d86', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_activity_status';
end;
go

if object_id(N'[gold].[customer_tickets]', N'U') is null
begin
create table [gold].[customer_tickets] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [interactions] bigint null,
  [open_interactions] bigint null,
  [last_interaction_date] date null,
  [oldest_open_date] date null,
  [oldest_open_days] bigint null,
  [answered] bigint null,
  [score_total] bigint null,
  [average_score] decimal(5,2) null,
  constraint [pk_customer_tickets] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'9076e53210566b12f8f2adce74e09102', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_tickets';
end;
go

if object_id(N'[gold].[customer_suggestions]', N'U') is null
begin
create table [gold].[customer_suggestions] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [suggested_rule] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [suggested_action] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [suggested_reason] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  constraint [pk_customer_suggestions] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'47a49ce3c0c8cd06ba5bde3a229bc95e', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_suggestions';
end;
go

if object_id(N'[gold].[customer_360]', N'U') is null
begin
create table [gold].[customer_360] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [first_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [last_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [email] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [phone] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [address] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [city] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [state] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [signup_date] date null,
  [email_opt_in] bit null,
  [sms_opt_in] bit null,
  [first_purchase_date] date null,
  [last_purchase_date] date null,
  [lifetime_days] bigint null,
  [orders] bigint null,
  [online_spend] decimal(18,2) null,
  [in_store_spend] decimal(18,2) null,
  [total_spend] decimal(18,2) null,
  [average_order_value] decimal(18,2) null,
  [days_since_purchase] bigint null,
  [tier] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [points] bigint null,
  [next_tier] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [points_to_next_tier] bigint null,
  [interactions] bigint null,
  [open_interactions] bigint null,
  [oldest_open_days] bigint null,
  [last_interaction_date] date null,
  [answered_interactions] bigint null,
  [average_satisfaction] decimal(5,2) null,
  [sessions] bigint null,
  [last_session_date] date null,
  [preferred_channel] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [preferred_category] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [preferred_store_id] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [customer_segment] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [activity_status] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [last_activity_date] date null,
  [days_since_activity] bigint null,
  [churn_status] varchar(450) collate Latin1_General_100_BIN2_UTF8 null,
  [suggested_action] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [suggested_reason] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_inferred] bit null,
  constraint [pk_customer_360] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'49f708ca9f90b34862f0ca6ed0d2cd43', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_360';
end;
go

if object_id(N'[gold].[customer_lifetime_value]', N'U') is null
begin
create table [gold].[customer_lifetime_value] (
  [customer_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [customer_name] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [orders] bigint null,
  [lifetime_value] decimal(18,2) null,
  [average_order_value] decimal(18,2) null,
  [first_purchase_date] date null,
  [last_purchase_date] date null,
  [lifetime_days] bigint null,
  [is_inferred] bit null,
  constraint [pk_customer_lifetime_value] primary key clustered ([customer_id])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'c5c8c76a29c5ae9385f6de8febe65748', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'customer_lifetime_value';
end;
go

if object_id(N'[gold].[fact_loyalty_transactions]', N'U') is null
begin
create table [gold].[fact_loyalty_transactions] (
  [source] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [loyalty_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [occurred_at] datetime2(6) not null,
  [occurred_at_local] datetime2(6) null,
  [local_date] date null,
  [points_change] bigint null,
  [reason] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  constraint [pk_fact_loyalty_transactions] primary key nonclustered ([source], [loyalty_id], [occurred_at])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'7d7b4d0ea85883787c045d90bd88a257', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'fact_loyalty_transactions';
end;
go

if object_id(N'[gold].[dim_date]', N'U') is null
begin
create table [gold].[dim_date] (
  [date] date not null,
  [year] int null,
  [quarter] int null,
  [month] int null,
  [iso_week] int null,
  [iso_weekday] int null,
  [day_of_week] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [is_weekend] bit null,
  constraint [pk_dim_date] primary key clustered ([date])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'cd51684cda21fd015b4f1400dfe467aa', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'dim_date';
end;
go

if object_id(N'[gold].[monthly_churn_and_retention]', N'U') is null
begin
create table [gold].[monthly_churn_and_retention] (
  [month] date not null,
  [year] int null,
  [month_of_year] int null,
  [is_complete] bit null,
  [is_last] bit null,
  [customers_at_start] bigint null,
  [retained_customers] bigint null,
  [churned_customers] bigint null,
  [new_customers] bigint null,
  [returned_customers] bigint null,
  [lapsed_customers] bigint null,
  [customers_at_end] bigint null,
  [retention_rate] decimal(5,2) null,
  [churn_rate] decimal(5,2) null,
  [churn_rate_low] decimal(5,2) null,
  [churn_rate_high] decimal(5,2) null,
  constraint [pk_monthly_churn_and_retention] primary key clustered ([month])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'55cf30b76e91f8fd5d74abaeb3f85167', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'monthly_churn_and_retention';
end;
go

if object_id(N'[gold].[peak_times]', N'U') is null
begin
create table [gold].[peak_times] (
  [channel] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [day_of_week] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [iso_weekday] int not null,
  [hour_of_day] int not null,
  [transaction_count] bigint null,
  constraint [pk_peak_times] primary key clustered ([channel], [iso_weekday], [hour_of_day])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'7af3a35287bfce9054d73aec0bc0e4dc', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'peak_times';
end;
go

if object_id(N'[gold].[peak_times_by_store]', N'U') is null
begin
create table [gold].[peak_times_by_store] (
  [store_id] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [store_location] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [day_of_week] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [iso_weekday] int not null,
  [hour_of_day] int not null,
  [transaction_count] bigint null,
  constraint [pk_peak_times_by_store] primary key clustered ([store_id], [iso_weekday], [hour_of_day])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'72529a1c69330bd53ee0df0fd0df21a8', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'peak_times_by_store';
end;
go

if object_id(N'[gold].[resolution_time_by_issue_type]', N'U') is null
begin
create table [gold].[resolution_time_by_issue_type] (
  [issue_type] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [tickets] bigint null,
  [timed_tickets] bigint null,
  [untimed_tickets] bigint null,
  [open_tickets] bigint null,
  [resolution_seconds] bigint null,
  [average_resolution_hours] decimal(18,2) null,
  [fastest_hours] decimal(18,2) null,
  [slowest_hours] decimal(18,2) null,
  constraint [pk_resolution_time_by_issue_type] primary key clustered ([issue_type])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'da566286828feecff8d8bd00686f0707', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'resolution_time_by_issue_type';
end;
go

if object_id(N'[gold].[signups_over_time]', N'U') is null
begin
create table [gold].[signups_over_time] (
  [month] date not null,
  [year] int null,
  [month_of_year] int null,
  [signups] bigint null,
  [total_signups] bigint null,
  [is_complete] bit null,
  constraint [pk_signups_over_time] primary key clustered ([month])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'a537504425ebb1ed9a74a95b2aed7e7b', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'signups_over_time';
end;
go

if object_id(N'[gold].[tickets_by_issue_type]', N'U') is null
begin
create table [gold].[tickets_by_issue_type] (
  [issue_type] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [tickets] bigint null,
  [share] decimal(5,2) null,
  [resolved_tickets] bigint null,
  [open_tickets] bigint null,
  [answered] bigint null,
  [response_rate] decimal(5,2) null,
  [score_total] bigint null,
  [average_score] decimal(5,2) null,
  [satisfied] bigint null,
  [satisfaction_rate] decimal(5,2) null,
  [satisfaction_low] decimal(5,2) null,
  [satisfaction_high] decimal(5,2) null,
  constraint [pk_tickets_by_issue_type] primary key clustered ([issue_type])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'1b85bbb4498045514aa0d368c0eb2f2f', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'tickets_by_issue_type';
end;
go

if object_id(N'[gold].[tickets_by_resolution_time]', N'U') is null
begin
create table [gold].[tickets_by_resolution_time] (
  [resolution_bucket] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [bucket_rank] int null,
  [tickets] bigint null,
  [share] decimal(5,2) null,
  constraint [pk_tickets_by_resolution_time] primary key clustered ([resolution_bucket])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'2a6766cc56b4e6cd8b8540b3b463fd59', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'tickets_by_resolution_time';
end;
go

if object_id(N'[gold].[tickets_over_time]', N'U') is null
begin
create table [gold].[tickets_over_time] (
  [month] date not null,
  [year] int null,
  [month_of_year] int null,
  [tickets] bigint null,
  [resolved_tickets] bigint null,
  [open_tickets] bigint null,
  [answered] bigint null,
  [response_rate] decimal(5,2) null,
  [average_score] decimal(5,2) null,
  [is_complete] bit null,
  constraint [pk_tickets_over_time] primary key clustered ([month])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'a32a30c6e8ba6271ff6f2231b9386347', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'tickets_over_time';
end;
go

if object_id(N'[gold].[top_hours]', N'U') is null
begin
create table [gold].[top_hours] (
  [channel] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [day_of_week] varchar(max) collate Latin1_General_100_BIN2_UTF8 null,
  [iso_weekday] int not null,
  [hour_rank] bigint null,
  [hour_of_day] int not null,
  [transaction_count] bigint null,
  constraint [pk_top_hours] primary key clustered ([channel], [iso_weekday], [hour_of_day])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'a0c4188a4697573e689a240304cd8445', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'top_hours';
end;
go

if object_id(N'[gold].[web_sessions_by_device]', N'U') is null
begin
create table [gold].[web_sessions_by_device] (
  [device] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [sessions] bigint null,
  [share] decimal(5,2) null,
  [duration_seconds] bigint null,
  [average_duration_seconds] decimal(18,2) null,
  [page_views] bigint null,
  [average_page_views] decimal(18,2) null,
  [unique_customers] bigint null,
  constraint [pk_web_sessions_by_device] primary key clustered ([device])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'a4b918885bfcf94261abc49fc567489b', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'web_sessions_by_device';
end;
go

if object_id(N'[gold].[web_sessions_by_duration]', N'U') is null
begin
create table [gold].[web_sessions_by_duration] (
  [session_category] varchar(450) collate Latin1_General_100_BIN2_UTF8 not null,
  [from_seconds] int null,
  [to_seconds] int null,
  [sessions] bigint null,
  [share] decimal(5,2) null,
  [duration_seconds] bigint null,
  [average_duration_seconds] decimal(18,2) null,
  [page_views] bigint null,
  [average_page_views] decimal(18,2) null,
  [unique_customers] bigint null,
  constraint [pk_web_sessions_by_duration] primary key clustered ([session_category])
);
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'57cb668fed4f836ac2fffc1cb22be0a6', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'TABLE', @level1name = N'web_sessions_by_duration';
end;
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[dim_agents]') and name = N'ix_dim_agents_department')
  create index [ix_dim_agents_department] on [gold].[dim_agents] ([department]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_service_interactions]') and name = N'ix_fact_service_interactions_agent_id')
  create index [ix_fact_service_interactions_agent_id] on [gold].[fact_service_interactions] ([agent_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_service_interactions]') and name = N'ix_fact_service_interactions_customer_id')
  create index [ix_fact_service_interactions_customer_id] on [gold].[fact_service_interactions] ([customer_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_service_interactions]') and name = N'ix_fact_service_interactions_local_date')
  create index [ix_fact_service_interactions_local_date] on [gold].[fact_service_interactions] ([local_date]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[dim_products]') and name = N'ix_dim_products_category')
  create index [ix_dim_products_category] on [gold].[dim_products] ([category]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[dim_stores]') and name = N'ix_dim_stores_city')
  create index [ix_dim_stores_city] on [gold].[dim_stores] ([city]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[dim_stores]') and name = N'ix_dim_stores_state')
  create index [ix_dim_stores_state] on [gold].[dim_stores] ([state]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_transactions]') and name = N'ix_fact_transactions_product_id')
  create index [ix_fact_transactions_product_id] on [gold].[fact_transactions] ([product_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_transactions]') and name = N'ix_fact_transactions_store_id')
  create index [ix_fact_transactions_store_id] on [gold].[fact_transactions] ([store_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_transactions]') and name = N'ix_fact_transactions_customer_id')
  create index [ix_fact_transactions_customer_id] on [gold].[fact_transactions] ([customer_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_transactions]') and name = N'ix_fact_transactions_local_date')
  create index [ix_fact_transactions_local_date] on [gold].[fact_transactions] ([local_date]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_web_sessions]') and name = N'ix_fact_web_sessions_customer_id')
  create index [ix_fact_web_sessions_customer_id] on [gold].[fact_web_sessions] ([customer_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_web_sessions]') and name = N'ix_fact_web_sessions_local_date')
  create index [ix_fact_web_sessions_local_date] on [gold].[fact_web_sessions] ([local_date]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[dim_loyalty_accounts]') and name = N'ix_dim_loyalty_accounts_customer_id')
  create index [ix_dim_loyalty_accounts_customer_id] on [gold].[dim_loyalty_accounts] ([customer_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_signup_date')
  create index [ix_customer_360_signup_date] on [gold].[customer_360] ([signup_date]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_first_purchase_date')
  create index [ix_customer_360_first_purchase_date] on [gold].[customer_360] ([first_purchase_date]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_customer_segment')
  create index [ix_customer_360_customer_segment] on [gold].[customer_360] ([customer_segment]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_tier')
  create index [ix_customer_360_tier] on [gold].[customer_360] ([tier]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_activity_status')
  create index [ix_customer_360_activity_status] on [gold].[customer_360] ([activity_status]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_churn_status')
  create index [ix_customer_360_churn_status] on [gold].[customer_360] ([churn_status]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_city')
  create index [ix_customer_360_city] on [gold].[customer_360] ([city]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[customer_360]') and name = N'ix_customer_360_state')
  create index [ix_customer_360_state] on [gold].[customer_360] ([state]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_loyalty_transactions]') and name = N'ix_fact_loyalty_transactions_loyalty_id')
  create index [ix_fact_loyalty_transactions_loyalty_id] on [gold].[fact_loyalty_transactions] ([loyalty_id]);
go

if not exists (select 1 from sys.indexes where object_id = object_id(N'[gold].[fact_loyalty_transactions]') and name = N'ix_fact_loyalty_transactions_local_date')
  create index [ix_fact_loyalty_transactions_local_date] on [gold].[fact_loyalty_transactions] ([local_date]);
go

if object_id(N'[gold].[fk_fact_service_interactions_agent_id]', N'F') is null
  alter table [gold].[fact_service_interactions] add constraint [fk_fact_service_interactions_agent_id] foreign key ([agent_id]) references [gold].[dim_agents] ([agent_id]);
go

if object_id(N'[gold].[fk_fact_service_interactions_customer_id]', N'F') is null
  alter table [gold].[fact_service_interactions] add constraint [fk_fact_service_interactions_customer_id] foreign key ([customer_id]) references [gold].[dim_customers] ([customer_id]);
go

if object_id(N'[gold].[fk_fact_transactions_product_id]', N'F') is null
  alter table [gold].[fact_transactions] add constraint [fk_fact_transactions_product_id] foreign key ([product_id]) references [gold].[dim_products] ([product_id]);
go

if object_id(N'[gold].[fk_fact_transactions_store_id]', N'F') is null
  alter table [gold].[fact_transactions] add constraint [fk_fact_transactions_store_id] foreign key ([store_id]) references [gold].[dim_stores] ([store_id]);
go

if object_id(N'[gold].[fk_fact_transactions_customer_id]', N'F') is null
  alter table [gold].[fact_transactions] add constraint [fk_fact_transactions_customer_id] foreign key ([customer_id]) references [gold].[dim_customers] ([customer_id]);
go

if object_id(N'[gold].[fk_fact_web_sessions_customer_id]', N'F') is null
  alter table [gold].[fact_web_sessions] add constraint [fk_fact_web_sessions_customer_id] foreign key ([customer_id]) references [gold].[dim_customers] ([customer_id]);
go

if object_id(N'[gold].[fk_dim_loyalty_accounts_customer_id]', N'F') is null
  alter table [gold].[dim_loyalty_accounts] add constraint [fk_dim_loyalty_accounts_customer_id] foreign key ([customer_id]) references [gold].[dim_customers] ([customer_id]);
go

if object_id(N'[gold].[fk_fact_loyalty_transactions_loyalty_id]', N'F') is null
  alter table [gold].[fact_loyalty_transactions] add constraint [fk_fact_loyalty_transactions_loyalty_id] foreign key ([loyalty_id]) references [gold].[dim_loyalty_accounts] ([loyalty_id]);
go

if not exists (select 1 from sys.extended_properties where class = 1 and major_id = object_id(N'[gold].[View_AverageOrderValue]') and minor_id = 0 and name = N'c360_shape' and cast(value as nvarchar(64)) = N'a5b5515dd7ace47648a7e9a5060ba387')
begin
drop view if exists [gold].[View_AverageOrderValue];
exec(N'create view [gold].[View_AverageOrderValue] as
select [product_id] as [ProductID], [product_name] as [ProductName], [category] as [Category], null as [StoreLocation], [average_order_value] as [AverageOrderValue] from [gold].[average_order_value_by_product]
union all
select null as [ProductID], null as [ProductName], null as [Category], [store_location] as [StoreLocation], [average_order_value] as [AverageOrderValue] from [gold].[average_order_value_by_store]');
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'a5b5515dd7ace47648a7e9a5060ba387', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'VIEW', @level1name = N'View_AverageOrderValue';
end;
go

if not exists (select 1 from sys.extended_properties where class = 1 and major_id = object_id(N'[gold].[View_CustomerSegmentation]') and minor_id = 0 and name = N'c360_shape' and cast(value as nvarchar(64)) = N'a6360390e2312aca284a69e251bcc32e')
begin
drop view if exists [gold].[View_CustomerSegmentation];
exec(N'create view [gold].[View_CustomerSegmentation] as
select [customer_id] as [CustomerID], [customer_name] as [CustomerName], [total_spend] as [TotalSpend], [purchase_frequency] as [PurchaseFrequency], [tier_level] as [TierLevel], [customer_segment] as [CustomerSegment] from [gold].[customer_segmentation]');
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'a6360390e2312aca284a69e251bcc32e', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'VIEW', @level1name = N'View_CustomerSegmentation';
end;
go

if not exists (select 1 from sys.extended_properties where class = 1 and major_id = object_id(N'[gold].[View_PeakTimes]') and minor_id = 0 and name = N'c360_shape' and cast(value as nvarchar(64)) = N'9c05b4f2e848cb9b82267df39da790a5')
begin
drop view if exists [gold].[View_PeakTimes];
exec(N'create view [gold].[View_PeakTimes] as
select [channel] as [Channel], [day_of_week] as [DayOfWeek], [hour_of_day] as [HourOfDay], [transaction_count] as [TransactionCount] from [gold].[peak_times]');
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'9c05b4f2e848cb9b82267df39da790a5', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'VIEW', @level1name = N'View_PeakTimes';
end;
go

if not exists (select 1 from sys.extended_properties where class = 1 and major_id = object_id(N'[gold].[View_AgentPerformance]') and minor_id = 0 and name = N'c360_shape' and cast(value as nvarchar(64)) = N'21ac66b7fbe34ebfbc6b80e91b6eb874')
begin
drop view if exists [gold].[View_AgentPerformance];
exec(N'create view [gold].[View_AgentPerformance] as
select [agent_id] as [AgentID], [agent_name] as [AgentName], [total_interactions] as [TotalInteractions], [resolved_interactions] as [ResolvedInteractions], [resolution_success_rate] as [ResolutionSuccessRate] from [gold].[agent_performance]');
exec sys.sp_addextendedproperty @name = N'c360_shape', @value = N'21ac66b7fbe34ebfbc6b80e91b6eb874', @level0type = N'SCHEMA', @level0name = N'gold', @level1type = N'VIEW', @level1name = N'View_AgentPerformance';
end;
go

if database_principal_id(N'c360_writer') is null exec(N'create role [c360_writer]');
go

grant create table, create view to [c360_writer];
go

grant alter, select, insert, update, delete, references, view definition on schema::[bronze] to [c360_writer];
go

grant alter, select, insert, update, delete, references, view definition on schema::[silver] to [c360_writer];
go

grant alter, select, insert, update, delete, references, view definition on schema::[conformed] to [c360_writer];
go

grant alter, select, insert, update, delete, references, view definition on schema::[rules] to [c360_writer];
go

grant alter, select, insert, update, delete, references, view definition on schema::[gold_build] to [c360_writer];
go

grant alter, select, insert, update, delete, references, view definition on schema::[work] to [c360_writer];
go

grant alter, select, insert, update, delete, references, view definition on schema::[gold] to [c360_writer];
go

if database_principal_id(N'c360_reader') is null exec(N'create role [c360_reader]');
go

grant select, view definition on schema::[gold] to [c360_reader];
go

grant select on object::[bronze].[_versions] to [c360_reader];
go

if (select is_read_committed_snapshot_on from sys.databases where name = db_name()) = 0
  print N'Readers wait for a run that publishes: switch row versions on by alter database current set read_committed_snapshot on.';
go
