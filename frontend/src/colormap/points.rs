//! Control points of the colormaps, evenly apart, as `0x00RR_GGBB`.
//!
//! magma and viridis: Smith, van der Walt (2015). cividis: Nunez, Anderton, Renslow (2018). twilight: Bechtold (2018).
//! Read from matplotlib, which gives them to the public domain (CC0); between two points they are a straight line,
//! which differs from the original by less than 6 of 255.

/// magma.
#[rustfmt::skip]
pub(super) const MAGMA: &[u32] = &[
    0x0000_0004, 0x000a_0822, 0x001d_1147, 0x0036_106b, 0x0051_127c, 0x006a_1c81, 0x0083_2681, 0x009c_2e7f, 0x00b7_3779,
    0x00d0_416f, 0x00e7_5263, 0x00f5_6b5c, 0x00fc_8961, 0x00fe_a772, 0x00fe_c488, 0x00fd_e2a3, 0x00fc_fdbf,
];
/// viridis.
#[rustfmt::skip]
pub(super) const VIRIDIS: &[u32] = &[
    0x0044_0154, 0x0048_186a, 0x0047_2d7b, 0x0042_4086, 0x003b_528b, 0x0033_638d, 0x002c_728e, 0x0026_828e, 0x0021_918c,
    0x001f_a088, 0x0028_ae80, 0x003f_bc73, 0x005e_c962, 0x0084_d44b, 0x00ad_dc30, 0x00d8_e219, 0x00fd_e725,
];
/// cividis.
#[rustfmt::skip]
pub(super) const CIVIDIS: &[u32] = &[
    0x0000_224e, 0x0000_285b, 0x0000_2e6a, 0x0005_3371, 0x001a_386f, 0x0027_3e6e, 0x0032_436d, 0x003b_496c, 0x0043_4e6c,
    0x004b_546c, 0x0053_5a6d, 0x005a_5f6e, 0x0061_656f, 0x0068_6a71, 0x006f_7073, 0x0076_7676, 0x007d_7c78, 0x0084_8279,
    0x008c_8878, 0x0093_8e78, 0x009b_9476, 0x00a3_9a74, 0x00ab_a072, 0x00b4_a76f, 0x00bc_ae6c, 0x00c4_b468, 0x00cd_bb63,
    0x00d5_c25e, 0x00de_c958, 0x00e7_d150, 0x00f0_d846, 0x00f9_e03a, 0x00fe_e838,
];
/// twilight.
#[rustfmt::skip]
pub(super) const TWILIGHT: &[u32] = &[
    0x00e2_d9e2, 0x00d7_d7dd, 0x00c4_ced4, 0x00ac_c2cc, 0x0095_b5c7, 0x0081_a6c3, 0x0072_97c1, 0x0068_87be, 0x0062_76ba,
    0x005f_64b5, 0x005e_51ad, 0x005d_3da1, 0x0059_2a8f, 0x0051_1b77, 0x0045_135c, 0x0038_1145, 0x002f_1436, 0x003a_113a,
    0x004a_1342, 0x005f_174a, 0x0074_1e4f, 0x0087_2750, 0x0098_3550, 0x00a6_4550, 0x00b2_5652, 0x00bb_6958, 0x00c2_7c63,
    0x00c8_9073, 0x00cc_a389, 0x00d1_b6a3, 0x00d8_c7be, 0x00df_d4d6, 0x00e2_d9e2,
];
/// Blue, white, red: the points of `ColorBrewer`'s `RdBu`, reversed.
#[rustfmt::skip]
pub(super) const BLUE_WHITE_RED: &[u32] = &[
    0x0005_3061, 0x0017_5290, 0x002a_71b2, 0x003f_8ec0, 0x006b_acd1, 0x009b_c9e0, 0x00c2_ddec, 0x00e0_ecf3, 0x00f7_f6f6,
    0x00fb_e5d8, 0x00fb_ccb4, 0x00f5_aa89, 0x00e4_8066, 0x00d0_5548, 0x00ba_2832, 0x0093_0e26, 0x0067_001f,
];
/// Blue, black, red: in Oklch (see [`super::wheel`]) the hues 250 and 35 degrees, equally bright at the same distance from zero, L from
/// 0 in steps of 0.105 to 0.84, C as large as both hues have it there but no more than 0.14.
#[rustfmt::skip]
pub(super) const BLUE_BLACK_RED: &[u32] = &[
    0x00a3_cffd, 0x005f_aefd, 0x003c_8dda, 0x0014_6db7, 0x0006_4f89, 0x0002_335b, 0x0000_1932, 0x0000_040e, 0x0000_0000,
    0x000c_0100, 0x002e_0c05, 0x0055_1d0f, 0x0080_301c, 0x00ac_452c, 0x00cf_664c, 0x00f3_876c, 0x00fa_b8a7,
];
