//! What the programs read and write: the levels, their colours, and the picture in colours.

use web_sys::{WebGl2RenderingContext as Gl, WebGlFramebuffer, WebGlTexture};

use super::{PainterError, refused};

/// Where a program finds the levels, the table of colours, and the picture in colours.
pub(super) const LEVELS: u32 = 0;
pub(super) const COLOURS: u32 = 1;
pub(super) const PAINTED: u32 = 2;

/// A texture at a place of its own.
pub(super) struct Texture {
    handle: WebGlTexture,
    unit: u32,
    /// Columns and rows, and bytes a pixel; none before the first.
    shape: Option<[u32; 3]>,
}

impl Texture {
    pub(super) fn new(gl: &Gl, unit: u32) -> Result<Self, PainterError> {
        let handle = gl
            .create_texture()
            .ok_or_else(|| PainterError::Refused("no texture".to_owned()))?;
        let texture = Self {
            handle,
            unit,
            shape: None,
        };
        texture.bind(gl);
        for (what, how) in [
            (Gl::TEXTURE_MIN_FILTER, Gl::NEAREST),
            (Gl::TEXTURE_MAG_FILTER, Gl::NEAREST),
            (Gl::TEXTURE_WRAP_S, Gl::CLAMP_TO_EDGE),
            (Gl::TEXTURE_WRAP_T, Gl::CLAMP_TO_EDGE),
        ] {
            gl.tex_parameteri(Gl::TEXTURE_2D, what, how.cast_signed());
        }
        Ok(texture)
    }

    fn bind(&self, gl: &Gl) {
        gl.active_texture(Gl::TEXTURE0 + self.unit);
        gl.bind_texture(Gl::TEXTURE_2D, Some(&self.handle));
    }

    /// Takes pixels of 1 to 4 bytes each, or room for them.
    pub(super) fn take(
        &mut self,
        gl: &Gl,
        [width, height]: [u32; 2],
        bytes: u32,
        pixels: Option<&[u8]>,
    ) -> Result<(), PainterError> {
        let (inner, format) = match bytes {
            1 => (Gl::R8, Gl::RED),
            2 => (Gl::RG8, Gl::RG),
            3 => (Gl::RGB8, Gl::RGB),
            _ => (Gl::RGBA8, Gl::RGBA),
        };
        let shape = Some([width, height, bytes]);
        let same = std::mem::replace(&mut self.shape, shape) == shape;
        if same && pixels.is_none() {
            return Ok(());
        }
        self.bind(gl);
        let (width, height) = (width.cast_signed(), height.cast_signed());
        let taken = if same {
            gl.tex_sub_image_2d_with_i32_and_i32_and_u32_and_type_and_opt_u8_array(
                Gl::TEXTURE_2D,
                0,
                0,
                0,
                width,
                height,
                format,
                Gl::UNSIGNED_BYTE,
                pixels,
            )
        } else {
            gl.tex_image_2d_with_i32_and_i32_and_i32_and_format_and_type_and_opt_u8_array(
                Gl::TEXTURE_2D,
                0,
                inner.cast_signed(),
                width,
                height,
                0,
                format,
                Gl::UNSIGNED_BYTE,
                pixels,
            )
        };
        taken.map_err(|error| refused(&error))
    }

    /// Something to draw on that is this texture.
    pub(super) fn target(&self, gl: &Gl) -> Result<WebGlFramebuffer, PainterError> {
        let target = gl
            .create_framebuffer()
            .ok_or_else(|| PainterError::Refused("no framebuffer".to_owned()))?;
        gl.bind_framebuffer(Gl::FRAMEBUFFER, Some(&target));
        gl.framebuffer_texture_2d(
            Gl::FRAMEBUFFER,
            Gl::COLOR_ATTACHMENT0,
            Gl::TEXTURE_2D,
            Some(&self.handle),
            0,
        );
        gl.bind_framebuffer(Gl::FRAMEBUFFER, None);
        Ok(target)
    }
}
