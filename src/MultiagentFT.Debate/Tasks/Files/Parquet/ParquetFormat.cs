using static MultiagentFT.Debate.Tasks.Files.Parquet.ThriftField;

namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>
/// The structures of a Parquet file, by the format's description, version 2.12 (https://github.com/apache/parquet-format, parquet.thrift).
/// </summary>
internal static class ParquetFormat
{
    public static ThriftShape File { get; } = Footer();

    public static ThriftShape Page { get; } = PageHeader();

    private static ThriftShape Footer()
    {
        var keyValue = new ThriftShape(Binary(1, "key"), Binary(2, "value"));
        var columnOrder = new ThriftShape(Struct(1, "TYPE_ORDER", new ThriftShape()));
        var aes = new ThriftShape(Binary(1, "aad_prefix"), Binary(2, "aad_file_unique"), Bool(3, "supply_aad_prefix"));
        var encryption = new ThriftShape(Struct(1, "AES_GCM_V1", aes), Struct(2, "AES_GCM_CTR_V1", aes));
        return new ThriftShape(
            I32(1, "version"),
            List(2, "schema", SchemaElement()).Needed,
            I64(3, "num_rows").Needed,
            List(4, "row_groups", RowGroup(keyValue)).Needed,
            List(5, "key_value_metadata", keyValue),
            Binary(6, "created_by"),
            List(7, "column_orders", columnOrder),
            Struct(8, "encryption_algorithm", encryption).Used,
            Binary(9, "footer_signing_key_metadata"));
    }

    private static ThriftShape SchemaElement()
    {
        var empty = new ThriftShape();
        var unit = new ThriftShape(Struct(1, "MILLIS", empty), Struct(2, "MICROS", empty), Struct(3, "NANOS", empty));
        var time = new ThriftShape(Bool(1, "isAdjustedToUTC"), Struct(2, "unit", unit));
        var logical = new ThriftShape(
            Struct(1, "STRING", empty),
            Struct(2, "MAP", empty),
            Struct(3, "LIST", empty),
            Struct(4, "ENUM", empty),
            Struct(5, "DECIMAL", new ThriftShape(I32(1, "scale"), I32(2, "precision"))),
            Struct(6, "DATE", empty),
            Struct(7, "TIME", time),
            Struct(8, "TIMESTAMP", time),
            Struct(10, "INTEGER", new ThriftShape(Byte(1, "bitWidth"), Bool(2, "isSigned"))),
            Struct(11, "UNKNOWN", empty),
            Struct(12, "JSON", empty),
            Struct(13, "BSON", empty),
            Struct(14, "UUID", empty),
            Struct(15, "FLOAT16", empty),
            Struct(16, "VARIANT", new ThriftShape(Byte(1, "specification_version"))),
            Struct(17, "GEOMETRY", new ThriftShape(Binary(1, "crs"))),
            Struct(18, "GEOGRAPHY", new ThriftShape(Binary(1, "crs"), I32(2, "algorithm"))));
        return new ThriftShape(
            I32(1, "type").Used,
            I32(2, "type_length"),
            I32(3, "repetition_type").Used,
            Binary(4, "name").Needed,
            I32(5, "num_children").Used,
            I32(6, "converted_type"),
            I32(7, "scale"),
            I32(8, "precision"),
            I32(9, "field_id"),
            Struct(10, "logicalType", logical));
    }

    private static ThriftShape RowGroup(ThriftShape keyValue)
    {
        var sorting = new ThriftShape(I32(1, "column_idx"), Bool(2, "descending"), Bool(3, "nulls_first"));
        var columnKey = new ThriftShape(List(1, "path_in_schema", CompactType.Binary), Binary(2, "key_metadata"));
        var crypto = new ThriftShape(Struct(1, "ENCRYPTION_WITH_FOOTER_KEY", new ThriftShape()), Struct(2, "ENCRYPTION_WITH_COLUMN_KEY", columnKey));
        var chunk = new ThriftShape(
            Binary(1, "file_path").Used,
            I64(2, "file_offset"),
            Struct(3, "meta_data", ColumnMetaData(keyValue)).Used,
            I64(4, "offset_index_offset"),
            I32(5, "offset_index_length"),
            I64(6, "column_index_offset"),
            I32(7, "column_index_length"),
            Struct(8, "crypto_metadata", crypto).Used,
            Binary(9, "encrypted_column_metadata"));
        return new ThriftShape(
            List(1, "columns", chunk).Needed,
            I64(2, "total_byte_size"),
            I64(3, "num_rows").Needed,
            List(4, "sorting_columns", sorting),
            I64(5, "file_offset"),
            I64(6, "total_compressed_size"),
            I16(7, "ordinal"));
    }

    private static ThriftShape ColumnMetaData(ThriftShape keyValue)
    {
        var encodingStats = new ThriftShape(I32(1, "page_type"), I32(2, "encoding"), I32(3, "count"));
        var sizes = new ThriftShape(
            I64(1, "unencoded_byte_array_data_bytes"),
            List(2, "repetition_level_histogram", CompactType.I64),
            List(3, "definition_level_histogram", CompactType.I64));
        string[] edges = ["xmin", "xmax", "ymin", "ymax", "zmin", "zmax", "mmin", "mmax"];
        var box = new ThriftShape([.. edges.Select((edge, i) => Double(i + 1, edge))]);
        var geography = new ThriftShape(Struct(1, "bbox", box), List(2, "geospatial_types", CompactType.I32));
        return new ThriftShape(
            I32(1, "type").Needed,
            List(2, "encodings", CompactType.I32),
            List(3, "path_in_schema", CompactType.Binary).Needed,
            I32(4, "codec").Needed,
            I64(5, "num_values").Needed,
            I64(6, "total_uncompressed_size"),
            I64(7, "total_compressed_size"),
            List(8, "key_value_metadata", keyValue),
            I64(9, "data_page_offset").Needed,
            I64(10, "index_page_offset").Used,
            I64(11, "dictionary_page_offset").Used,
            Struct(12, "statistics", Statistics()),
            List(13, "encoding_stats", encodingStats),
            I64(14, "bloom_filter_offset"),
            I32(15, "bloom_filter_length"),
            Struct(16, "size_statistics", sizes),
            Struct(17, "geospatial_statistics", geography));
    }

    private static ThriftShape Statistics() => new(
        Binary(1, "max"),
        Binary(2, "min"),
        I64(3, "null_count"),
        I64(4, "distinct_count"),
        Binary(5, "max_value"),
        Binary(6, "min_value"),
        Bool(7, "is_max_value_exact"),
        Bool(8, "is_min_value_exact"));

    private static ThriftShape PageHeader()
    {
        var data = new ThriftShape(
            I32(1, "num_values").Needed,
            I32(2, "encoding").Needed,
            I32(3, "definition_level_encoding"),
            I32(4, "repetition_level_encoding"),
            Struct(5, "statistics", Statistics()));
        var dictionary = new ThriftShape(I32(1, "num_values").Needed, I32(2, "encoding"), Bool(3, "is_sorted"));
        var data2 = new ThriftShape(
            I32(1, "num_values").Needed,
            I32(2, "num_nulls").Needed,
            I32(3, "num_rows"),
            I32(4, "encoding").Needed,
            I32(5, "definition_levels_byte_length").Needed,
            I32(6, "repetition_levels_byte_length").Needed,
            Bool(7, "is_compressed").Used,
            Struct(8, "statistics", Statistics()));
        return new ThriftShape(
            I32(1, "type").Needed,
            I32(2, "uncompressed_page_size").Needed,
            I32(3, "compressed_page_size").Needed,
            I32(4, "crc"),
            Struct(5, "data_page_header", data).Used,
            Struct(6, "index_page_header", new ThriftShape()),
            Struct(7, "dictionary_page_header", dictionary).Used,
            Struct(8, "data_page_header_v2", data2).Used);
    }
}
