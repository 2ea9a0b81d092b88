namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>Kinds of pages, by the format's numbers.</summary>
internal enum PageType
{
    Data = 0,
    Dictionary = 2,
    Data2 = 3,
}
