package io.howdah.postgres.wal;

/**
 * Where a relation's pages are (RelFileLocator).
 *
 * @param tablespace its object id
 * @param database its object id; 0 for relations that all databases share
 * @param number of the file, pg_relation_filenode()
 */
public record RelationFile(int tablespace, int database, int number) {}
