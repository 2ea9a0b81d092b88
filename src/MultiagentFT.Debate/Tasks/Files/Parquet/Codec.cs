namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>Ways of packing that are read, by the format's numbers; of LZ4 the one without frames of Hadoop, whose frames would be taken for data.</summary>
internal enum Codec
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Brotli = 4,
    Zstandard = 6,
    Lz4Raw = 7,
}
