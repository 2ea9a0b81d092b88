using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace MultiagentFT.Cluster.Worker;

/// <summary>
/// What a processor computes with. Libraries choose their kernels by vendor and instructions, and kernels differ in the order of their sums: results of
/// machines that are alike here are alike byte for byte.
/// </summary>
public static class InstructionSets
{
    /// <param name="kernels">Of the decoder, such as <c>avx512vnni</c>.</param>
    public static string Current(string kernels) =>
        string.Join(' ', new[] { RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), Vendor(), kernels }.Concat(Extensions()).Where(part => part.Length > 0));

    private static string Vendor()
    {
        if (!X86Base.IsSupported) return "";
        var (_, first, third, second) = X86Base.CpuId(0, 0);
        Span<byte> text = stackalloc byte[12];
        MemoryMarshal.Write(text, first);
        MemoryMarshal.Write(text[4..], second);
        MemoryMarshal.Write(text[8..], third);
        return Encoding.ASCII.GetString(text);
    }

    private static IEnumerable<string> Extensions()
    {
        if (Avx2.IsSupported) yield return "avx2";
        if (Fma.IsSupported) yield return "fma";
        if (AvxVnni.IsSupported) yield return "avxvnni";
        if (Avx512F.IsSupported) yield return "avx512f";
        if (Avx512BW.IsSupported) yield return "avx512bw";
        if (Avx512Vbmi.IsSupported) yield return "avx512vbmi";
        if (Avx10v1.IsSupported) yield return "avx10";
        if (HasAvx512(index: 1, bit: 5)) yield return "avx512bf16";
        if (AdvSimd.IsSupported) yield return "neon";
        if (Dp.IsSupported) yield return "dotprod";
    }

    /// <summary>A flag of leaf 7 in EAX, of those that .NET does not name.</summary>
    private static bool HasAvx512(int index, int bit) => X86Base.IsSupported && Avx512F.IsSupported && (X86Base.CpuId(7, index).Eax >> bit & 1) == 1;
}
