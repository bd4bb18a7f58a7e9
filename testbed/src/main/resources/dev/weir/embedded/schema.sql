-- The bank's tables, as the card pipeline expects them. Their replica identity is the default one:
-- a deleted row, and the row before an update, are told by their key alone.
create table customers (
  account_number varchar(50) primary key,
  customer_name varchar(200),
  email varchar(200),
  phone_number varchar(50),
  date_of_birth timestamp(3),
  city varchar(100),
  created_at timestamptz
);

create table transactions (
  txn_id varchar(36) primary key,
  account_number varchar(50) not null,
  "timestamp" timestamptz not null,
  amount decimal(10, 2) not null,
  currency varchar(5) default 'USD',
  merchant varchar(200),
  location varchar(100),
  status varchar(20) default 'PENDING',
  transaction_type varchar(50)
);

-- For whoever deletes a customer together with the transactions.
create index transactions_of_account on transactions (account_number);
