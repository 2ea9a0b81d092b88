using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MultiagentFT.Decoder.Shared;

/// <summary>Names of a block's tensors: <c>blk.N.NAME</c>, N in plain decimal.</summary>
internal static class BlockTensor
{
    private const string Prefix = "blk.";

    /// <param name="tensor">A tensor's name.</param>
    /// <param name="blocks">Blocks of the model.</param>
    /// <param name="block">From 0.</param>
    /// <param name="name">What follows the number, such as <c>attn_q.weight</c>.</param>
    /// <returns>False for names of another form, and for blocks that the model does not have.</returns>
    public static bool TryParse(string tensor, int blocks, out int block, [NotNullWhen(true)] out string? name)
    {
        (block, name) = (0, null);
        if (!tensor.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var end = tensor.IndexOf('.', Prefix.Length);
        if (end < 0 || !int.TryParse(tensor.AsSpan(Prefix.Length, end - Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out block))
            return false;
        name = tensor[(end + 1)..];
        // A second spelling of a number, such as 00, would be a second tensor of the same place.
        return block < blocks && tensor == string.Create(CultureInfo.InvariantCulture, $"{Prefix}{block}.{name}");
    }
}
