namespace MultiagentFT.Gguf;

/// <summary>Linear layers of a block that adapters reach, in the order of mft_decoder.h.</summary>
public enum AdapterTarget
{
    Queries,
    Keys,
    Values,
    Output,
    Gate,
    Up,
    Down,
}
