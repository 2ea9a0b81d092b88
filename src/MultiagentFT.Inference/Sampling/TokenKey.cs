namespace MultiagentFT.Inference.Sampling;

/// <summary>
/// A token and its weight in one word, ordered as sampling needs it: more likely is larger, and of equal weights the
/// lower id is larger. No two tokens of a vocabulary have the same key.
/// </summary>
internal static class TokenKey
{
    /// <param name="token">A token id, 0 or more.</param>
    /// <param name="weight">Finite and not negative: the bits of such floats are ordered as the floats are.</param>
    public static ulong Of(int token, float weight) =>
        ((ulong)BitConverter.SingleToUInt32Bits(weight) << 32) | (uint.MaxValue - (uint)token);

    public static int Token(ulong key) => (int)(uint.MaxValue - (uint)key);

    public static float Weight(ulong key) => BitConverter.UInt32BitsToSingle((uint)(key >> 32));
}
