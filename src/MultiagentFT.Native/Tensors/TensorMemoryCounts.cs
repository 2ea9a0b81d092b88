namespace MultiagentFT.Native.Tensors;

/// <summary>What large tensors take.</summary>
/// <param name="Used">Bytes now.</param>
/// <param name="Peak">The most since the last reset.</param>
/// <param name="Resident">The most that was resident for them since then, with the holes between them.</param>
public readonly record struct TensorMemoryCounts(ulong Used, ulong Peak, ulong Resident);
