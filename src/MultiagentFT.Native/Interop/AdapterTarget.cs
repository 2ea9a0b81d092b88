namespace MultiagentFT.Native.Interop;

/// <summary>Linear layers of a block that adapters reach, in the order of mft_decoder.h.</summary>
internal enum AdapterTarget
{
    Queries,
    Keys,
    Values,
    Output,
    Gate,
    Up,
    Down,
}
