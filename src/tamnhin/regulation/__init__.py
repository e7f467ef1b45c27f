"""The company's own rules on KPIs and pay: versions, consultation, publication, acknowledgement."""
