-- The business tables of a lender's application.
create table applicants (
  applicant_id varchar(100) primary key,
  requests integer not null
);

create table loan_requests (
  request_id varchar(100) primary key,
  applicant_id varchar(100) not null references applicants,
  number integer not null,
  applicant_type varchar(20) not null,
  amount numeric(12, 2) not null,
  ssn varchar(20) not null,
  requested_at timestamptz not null,
  unique (applicant_id, number)
);

-- The role of the application. It reads and deletes no event.
create role lender login;
grant insert on outbox to lender;
grant select, insert, update on applicants to lender;
grant insert on loan_requests to lender;
