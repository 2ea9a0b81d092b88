using CsCheck;

namespace MultiagentFT.Fuzz.Tests.Mutation;

/// <summary>Files with bytes changed, removed, inserted, moved or repeated.</summary>
internal static class ByteMutants
{
    /// <param name="whole">The file.</param>
    /// <param name="reach">How much of its beginning is changed; null for all.</param>
    public static Gen<Mutant> Of(byte[] whole, int? reach = null) => ByteEdit.Any.Array[1, 3].Select(edits =>
    {
        var bytes = whole.ToList();
        foreach (var edit in edits) edit.Apply(bytes, reach ?? bytes.Count);
        return new Mutant([.. bytes], string.Join("; ", edits.Select(edit => edit.ToString())));
    });
}
