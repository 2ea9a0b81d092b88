namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>Types of values in Thrift's compact protocol, by the numbers that stand for them.</summary>
internal enum CompactType
{
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Struct = 12,
}
